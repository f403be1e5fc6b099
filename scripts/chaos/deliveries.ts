import { setTimeout as sleep } from 'node:timers/promises';
import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Ledger } from './ledger.ts';
import {
  type BatchRequest,
  batchRequest,
  bytesOf,
  jsonOf,
  receiveAnswer,
  receiveRequest,
} from './sqs-messages.ts';

const COPIED_SHARE = 0.03;
const LATE_SHARE = 0.1;
const EXPIRED_SHARE = 0.03;
/** How long a message is held back at most, in s, so that later ones overtake it. */
const LATEST_SECONDS = 3;
/** After how long at most a receipt handle expires that expires early, in ms. */
const EXPIRES_WITHIN_MS = 1_000;
/** Of the response queue: longer than its function, and shorter than the template's, which would only make the run longer. */
const VISIBILITY_SECONDS = 11;

/** What a standard queue may do and rarely does: deliver twice, late, out of order, and while another still holds it. */
export class Deliveries {
  readonly #sqs: SQSClient;
  readonly #ledger: Ledger;
  readonly #random: () => number;

  /** @param sqs straight to the cloud */
  constructor(sqs: SQSClient, ledger: Ledger, random: () => number) {
    this.#sqs = sqs;
    this.#ledger = ledger;
    this.#random = random;
  }

  /** Sends some entries twice, and some late. @returns the request's new body */
  onSend(body: Buffer): Buffer {
    const request = batchRequest.parse(jsonOf(body));
    const Entries = request.Entries.map((entry) => {
      if (this.#happens(COPIED_SHARE, 'sent twice')) this.#sendCopy(request, entry.MessageBody);
      if (!this.#happens(LATE_SHARE, 'sent late')) return entry;
      return { ...entry, DelaySeconds: Math.ceil(this.#random() * LATEST_SECONDS) };
    });
    return bytesOf({ ...request, Entries });
  }

  onReceive(body: Buffer, queue: string): Buffer {
    if (queue !== 'response-queue') return body;
    return bytesOf({ ...receiveRequest.parse(jsonOf(body)), VisibilityTimeout: VISIBILITY_SECONDS });
  }

  /** Mixes the messages, and lets some receipts expire soon. @returns the answer's new body */
  onReceived(request: Buffer, answer: Buffer): Buffer {
    const { QueueUrl } = receiveRequest.parse(jsonOf(request));
    const { Messages = [], ...rest } = receiveAnswer.parse(jsonOf(answer));
    for (const { ReceiptHandle } of Messages)
      if (this.#happens(EXPIRED_SHARE, 'receipts expired early')) void this.#expire(QueueUrl, ReceiptHandle);
    const mixed = Messages.map((message) => ({ message, at: this.#random() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ message }) => message);
    return bytesOf({ ...rest, ...(mixed.length > 0 && { Messages: mixed }) });
  }

  #happens(share: number, name: string): boolean {
    const happens = this.#random() < share;
    if (happens) this.#ledger.trick(name);
    return happens;
  }

  #sendCopy({ QueueUrl }: BatchRequest, MessageBody: string | undefined): void {
    void this.#sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }

  async #expire(QueueUrl: string, ReceiptHandle: string): Promise<void> {
    await sleep(this.#random() * EXPIRES_WITHIN_MS);
    const command = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    // It may be done with by now.
    await this.#sqs.send(command).catch(() => {});
  }
}
