import { randomBytes } from 'node:crypto';
import { ACCOUNT, REGION } from '../account.ts';
import { letHangUpShow } from '../hang-up.ts';
import { invalidParameter, SqsError } from './errors.ts';
import { LongPolls } from './long-polls.ts';
import { createMessage, type Message, type MessageDraft } from './message.ts';
import { MessageStore } from './message-store.ts';
import type { QueueSettings } from './queue-settings.ts';
import { formatReceiptHandle, parseReceiptHandle } from './receipt-handle.ts';

/** A message handed out, and the handle under which its receiver may delete or renew it. */
export interface Receipt {
  readonly message: Message;
  readonly handle: string;
}

/** SQS hands out no more while so many are in flight. */
export const MAX_IN_FLIGHT = 120_000;
const LONGEST_VISIBILITY_MS = 43_200_000;

/** One standard queue. A timer runs only while a receiver waits for a message that is not ready yet. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  settings: QueueSettings;
  /** Milliseconds since the epoch, as is `modifiedAt`. */
  readonly createdAt = Date.now();
  modifiedAt = this.createdAt;
  tags: Record<string, string> = {};
  #id = randomBytes(4).toString('hex');
  #store = new MessageStore();
  #polls = new LongPolls();
  #alarm: NodeJS.Timeout | undefined;
  #queueOfArn: (arn: string) => Queue | undefined;

  /** @param queueOfArn finds the dead-letter queue when a message is due to go there */
  constructor(name: string, settings: QueueSettings, queueOfArn: (arn: string) => Queue | undefined) {
    this.name = name;
    this.settings = settings;
    this.#queueOfArn = queueOfArn;
    this.arn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
  }

  /** Messages by state: the queue's three `ApproximateNumberOf…` attributes. */
  counts(): MessageStore['counts'] {
    this.#settle();
    return this.#store.counts;
  }

  /** @throws SqsError as `createMessage` does */
  send(draft: MessageDraft): Message {
    const message = createMessage(draft, this.settings.maximumMessageBytes);
    this.accept(message, draft.delaySeconds ?? this.settings.delaySeconds);
    return message;
  }

  /** Takes in a message that exists already: a dead letter, or one that is moved back. */
  accept(message: Message, delaySeconds = 0): void {
    this.#store.add(message, delaySeconds);
    this.#serveSoon();
  }

  /**
   * Hands out up to `maximum` messages, waiting up to `waitSeconds` for the first.
   * @param hungUp aborts when the receiver's connection closes
   * @throws SqsError `OverLimit` on a short poll while 120,000 are in flight
   */
  async receive(
    maximum: number,
    visibilitySeconds: number,
    waitSeconds: number,
    hungUp: AbortSignal,
  ): Promise<Receipt[]> {
    this.#settle();
    const receipts = hungUp.aborted ? [] : this.#take(maximum, visibilitySeconds);
    if (receipts.length > 0) return receipts;
    if (waitSeconds > 0) {
      const answer = this.#polls.wait({ maximum, visibilitySeconds }, waitSeconds * 1000, hungUp);
      this.#setAlarm();
      return answer;
    }
    if (this.#store.counts.inFlight >= MAX_IN_FLIGHT) {
      throw new SqsError('OverLimit', 'The maximum number of in flight messages is reached.');
    }
    return [];
  }

  /** Takes back what could not be delivered, as if it had not been received: its receiver is gone. */
  giveBack(receipts: readonly Receipt[]): void {
    for (const { message, handle } of receipts) {
      if (this.#inFlightBy(handle) !== message) continue;
      message.receiveCount--;
      this.#store.makeReadyAgain(message);
    }
    this.#serveSoon();
  }

  /** Deletes the message unless it has been received again since: then nothing happens, as on AWS. */
  delete(handle: string): void {
    const { messageId, receipt } = parseReceiptHandle(handle, this.#id);
    const message = this.#store.get(messageId);
    if (message?.receipt === receipt) this.#store.remove(message);
  }

  /**
   * Sets the time left until the message is seen again, in seconds from now.
   * @throws SqsError `MessageNotInflight` when the receiver no longer holds it
   */
  changeVisibility(handle: string, seconds: number): void {
    this.#settle();
    const message = this.#inFlightBy(handle);
    if (message === undefined) {
      throw new SqsError('MessageNotInflight', 'The specified message is not in flight.');
    }
    const dueAt = Date.now() + seconds * 1000;
    if (dueAt - message.receivedAt > LONGEST_VISIBILITY_MS) {
      throw invalidParameter(
        `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].`,
      );
    }
    if (seconds === 0) this.#store.makeReadyAgain(message);
    else this.#store.reschedule(message, dueAt);
    this.#serveSoon();
  }

  /** Takes out the messages that are ready now, for a move to other queues. */
  drain(): Message[] {
    this.#settle();
    const messages: Message[] = [];
    for (let m = this.#store.shift(); m !== undefined; m = this.#store.shift()) {
      this.#store.letGo(m);
      messages.push(m);
    }
    return messages;
  }

  purge(): void {
    this.#store.clear();
  }

  /** Empties the queue and lets its receivers go. */
  close(): void {
    this.purge();
    this.#polls.dismiss();
    clearTimeout(this.#alarm);
  }

  #take(maximum: number, visibilitySeconds: number): Receipt[] {
    const receipts: Receipt[] = [];
    const now = Date.now();
    const limit = Math.min(maximum, MAX_IN_FLIGHT - this.#store.counts.inFlight);
    while (receipts.length < limit) {
      const message = this.#store.shift();
      if (message === undefined) break;
      if (message.sentAt + this.#retentionMs <= now || this.#redrive(message)) {
        this.#store.letGo(message);
        continue;
      }
      this.#store.hold(message, now + visibilitySeconds * 1000);
      const handle = formatReceiptHandle({
        queueId: this.#id,
        messageId: message.id,
        receipt: message.receipt,
      });
      receipts.push({ message, handle });
    }
    return receipts;
  }

  /** Moves a message that was received too often to the dead-letter queue, if there is one. */
  #redrive(message: Message): boolean {
    const { redrive } = this.settings;
    if (redrive === undefined || message.receiveCount < redrive.maxReceiveCount) return false;
    const target = this.#queueOfArn(redrive.deadLetterTargetArn);
    if (target === undefined || target === this) return false;
    message.deadLetterSource = this.arn;
    target.accept(message);
    return true;
  }

  #inFlightBy(handle: string): Message | undefined {
    const { messageId, receipt } = parseReceiptHandle(handle, this.#id);
    const message = this.#store.get(messageId);
    return message?.state === 'in-flight' && message.receipt === receipt ? message : undefined;
  }

  get #retentionMs(): number {
    return this.settings.retentionSeconds * 1000;
  }

  #settle(): void {
    this.#store.settle(this.#retentionMs);
  }

  /** Not at once: the messages of a batch go to one receiver, and to none that hung up before they were there. */
  #serveSoon(): void {
    void letHangUpShow().then(() => this.#serve());
  }

  /** Answers the receivers that wait, as far as there are messages. */
  #serve(): void {
    for (let poll = this.#polls.next; poll !== undefined; poll = this.#polls.next) {
      const receipts = this.#take(poll.maximum, poll.visibilitySeconds);
      if (receipts.length === 0) break;
      poll.answer(receipts);
    }
    this.#setAlarm();
  }

  #setAlarm(): void {
    clearTimeout(this.#alarm);
    if (this.#polls.next === undefined) return;
    const dueAt = this.#store.nextDueAt;
    if (dueAt === Number.POSITIVE_INFINITY) return;
    const onDue = () => {
      this.#settle();
      this.#serveSoon();
    };
    this.#alarm = setTimeout(onDue, Math.max(0, dueAt - Date.now())).unref();
  }
}
