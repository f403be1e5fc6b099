import { ACCOUNT } from '../account.ts';
import { invalidParameter, SqsError } from './errors.ts';
import { Queue } from './queue.ts';
import { applyAttributes, type QueueSettings } from './queue-settings.ts';

const NAME = /^[\w-]{1,80}$/;

/** The account's queues, by name. */
export class Queues {
  #byName = new Map<string, Queue>();

  /**
   * Creates a queue, or finds the one of that name.
   * @throws SqsError `QueueNameExists` when it exists with other attributes than these
   */
  create(name: string, attributes: Readonly<Record<string, string>>, tags: Record<string, string>): Queue {
    if (name.endsWith('.fifo')) throw new SqsError('UnsupportedOperation', 'FIFO queues are not emulated.');
    if (!NAME.test(name)) {
      throw invalidParameter(
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
      );
    }
    const existing = this.#byName.get(name);
    if (existing !== undefined) return requireSame(existing, attributes);
    const settings = this.#checkDeadLetterTarget(applyAttributes(attributes));
    const queue = new Queue(name, settings, (arn) => this.findByArn(arn));
    queue.tags = tags;
    this.#byName.set(name, queue);
    return queue;
  }

  /** @throws SqsError `QueueDoesNotExist` */
  get(name: string): Queue {
    const queue = this.#byName.get(name);
    if (queue === undefined) throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  /** The queue of a URL, whatever host the URL was made for. */
  getByUrl(url: string): Queue {
    const [account, name] = url.split('/').slice(-2);
    if (account !== ACCOUNT) throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return this.get(name ?? '');
  }

  findByArn(arn: string): Queue | undefined {
    const queue = this.#byName.get(arn.slice(arn.lastIndexOf(':') + 1));
    return queue?.arn === arn ? queue : undefined;
  }

  /** @throws SqsError for an attribute that SQS would refuse */
  setAttributes(queue: Queue, attributes: Readonly<Record<string, string>>): void {
    queue.settings = this.#checkDeadLetterTarget(applyAttributes(attributes, queue.settings.attributes));
    queue.modifiedAt = Date.now();
  }

  delete(queue: Queue): void {
    queue.close();
    this.#byName.delete(queue.name);
  }

  /** Names in the order in which SQS lists them. */
  all(): Queue[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The queues whose dead letters go to this one. */
  sourcesOf(deadLetterQueue: Queue): Queue[] {
    return this.all().filter((queue) => queue.settings.redrive?.deadLetterTargetArn === deadLetterQueue.arn);
  }

  #checkDeadLetterTarget(settings: QueueSettings): QueueSettings {
    const { redrive } = settings;
    if (redrive === undefined || this.findByArn(redrive.deadLetterTargetArn) !== undefined) return settings;
    throw invalidParameter(
      `Value ${settings.attributes.RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
    );
  }
}

function requireSame(queue: Queue, attributes: Readonly<Record<string, string>>): Queue {
  for (const [name, value] of Object.entries(attributes)) {
    if (queue.settings.attributes[name] === value) continue;
    throw new SqsError(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for attribute ${name}`,
    );
  }
  return queue;
}
