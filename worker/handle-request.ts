import type { JobMessage } from '../shared/jobs.ts';
import { log } from '../shared/log.ts';
import { deadlineOf } from '../shared/request-id.ts';
import type { Results } from '../shared/results.ts';
import { responseTo } from './answer.ts';
import { BatchEntryError } from './batch-failures.ts';
import type { Handling } from './consume.ts';
import { DecoderDiedError } from './decoder-handle.ts';
import { Gathering, patienceOf } from './gathering.ts';
import type { JobLog } from './job-log.ts';
import type { Outbox } from './outbox.ts';
import { OutOfTimeError, persist } from './persist.ts';
import { needsLookUp, type OutcomePlan, planFor } from './plan.ts';
import { type ReceivedMessage, readJob } from './received-message.ts';
import type { RequestQueue } from './request-queue.ts';
import type { JobRunner } from './run-job.ts';
import type { Times } from './times.ts';

export interface RequestHandlerOptions {
  queue: Pick<RequestQueue, 'delete' | 'setVisibility'>;
  outbox: Outbox;
  results: Results;
  runner: Pick<JobRunner, 'outcomeOf'>;
  jobLog: Pick<JobLog, 'done'>;
  requestTimeoutSeconds: number;
  times: Pick<Times, 'graceMs'>;
}

/** So long before its deadline an outcome waits for no other any more, in ms. */
const IN_TIME_MS = 1_000;

/** Does a step of ours, named for the log, again and again for as long as its message may be held. */
export type Persist = <T>(step: string, task: () => Promise<T>) => Promise<T>;

/**
 * Handles requests, each in the order that loses nothing: one that is given up is buried before its outcome is stored,
 * the outcome is stored before it is sent, and the message is deleted after all of it. A crash between two steps repeats work, no more.
 */
export class RequestHandler {
  readonly #options: RequestHandlerOptions;
  /** Jobs on their way to be stored. What shares its calls costs a fraction of what comes alone. */
  readonly #gathering = new Gathering();

  constructor(options: RequestHandlerOptions) {
    this.#options = options;
  }

  /** Handles one message up to its deletion; where a service of ours fails for too long it returns without. */
  async handle(message: ReceivedMessage, handling: Handling): Promise<void> {
    const { outbox, requestTimeoutSeconds, times } = this.#options;
    const job = readJob(message.body);
    const deadline = job ? deadlineOf(job.requestId, requestTimeoutSeconds) : message.receivedAt;
    const until = Math.max(deadline, message.receivedAt + times.graceMs);
    const persist = persistWhileHeld(handling, until, job?.requestId);
    try {
      if (job) {
        await this.#answer(job, message, { deadline, handling, persist });
      } else {
        // Not what it says: that is for those who may see the dead letters.
        const { messageId, body } = message;
        log.error('request unreadable', { messageId, characters: body.length });
        await persist('burial', () => outbox.bury(message.body));
      }
      await persist('deletion', () => this.#delete(message, job));
    } catch (error) {
      if (error instanceof DecoderDiedError) await this.#handBack(message, job, error);
      else if (error instanceof OutOfTimeError)
        log.warn('request let go', { requestId: job?.requestId, error });
      else throw error;
    }
  }

  /** For another try at once, by whomever; the fourth gives it up. */
  async #handBack(
    { receiptHandle, receiveCount }: ReceivedMessage,
    job: JobMessage | undefined,
    error: DecoderDiedError,
  ): Promise<void> {
    log.error('image killed its decoder', { requestId: job?.requestId, receiveCount, error: error.cause });
    await this.#options.queue.setVisibility([receiptHandle], 0).catch((refusal: unknown) => {
      log.warn('request not handed back', { requestId: job?.requestId, error: refusal });
    });
  }

  /** A receipt that SQS takes no more never will be: the message comes again, to whoever then finds it answered. */
  async #delete({ receiptHandle, messageId }: ReceivedMessage, job: JobMessage | undefined): Promise<void> {
    try {
      await this.#options.queue.delete(receiptHandle);
    } catch (error) {
      if (!(error instanceof BatchEntryError && error.senderFault)) throw error;
      const requestId = job?.requestId;
      log.warn('message not deleted: its receipt has expired', { requestId, messageId, error });
    }
  }

  async #answer(
    job: JobMessage,
    message: ReceivedMessage,
    { deadline, handling, persist }: { deadline: number; handling: Handling; persist: Persist },
  ): Promise<void> {
    const { outbox, results, runner, jobLog } = this.#options;
    const { requestId, tenant, digest } = job;
    const { receiveCount } = message;
    const found = needsLookUp(receiveCount)
      ? await persist('look-up', () => results.find(requestId))
      : undefined;
    const plan = planFor({ receiveCount, stored: found, deadline, now: Date.now() });

    const store = async (todo: OutcomePlan) => {
      // First: whoever sees the message again finds it answered, and does no more than delete it.
      if (todo.bury) await persist('burial', () => outbox.bury(message.body));
      const work = async () => {
        const holding = { message, deadline, persist, aside: handling.aside };
        const outcome = await runner.outcomeOf(todo, job, holding);
        handling.settle();
        return outcome;
      };
      const patienceMs = () => Math.min(patienceOf(message), deadline - Date.now() - IN_TIME_MS);
      const outcome = await this.#gathering.after(work, patienceMs);
      return persist('storing', () => results.store({ requestId, tenant, digest, outcome }));
    };
    const stored = plan.kind === 'answer' ? plan.stored : await store(plan);
    const response = responseTo(job, stored);
    await persist('response', () => outbox.respond(response, patienceOf(message)));
    jobLog.done(plan, job, message, response.outcome);
  }
}

function persistWhileHeld(
  { signal, trouble }: Handling,
  until: number,
  requestId: string | undefined,
): Persist {
  return async (step, task) => {
    let troubleOver: (() => void) | undefined;
    const onFailure = (error: unknown, failures: number) => {
      troubleOver ??= trouble();
      log.warn('step failed', { requestId, step, failures, error });
    };
    try {
      return await persist(task, { step, until, signal, onFailure });
    } finally {
      troubleOver?.();
    }
  };
}
