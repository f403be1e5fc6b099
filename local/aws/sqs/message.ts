import { createHash, randomUUID } from 'node:crypto';
import { invalidParameter, SqsError } from './errors.ts';
import { attributesBytes, type MessageAttributes } from './message-attributes.ts';
import type { Due } from './schedule.ts';

/** What a sender gives. */
export interface MessageDraft {
  readonly body: string;
  readonly attributes?: MessageAttributes | undefined;
  readonly systemAttributes?: MessageAttributes | undefined;
  /** The tenant of a fair queue. */
  readonly group?: string | undefined;
  readonly delaySeconds?: number | undefined;
}

/** A message in a queue. Where it stands: `ready`, `delayed` and `in-flight` take turns until it is `gone`. */
export interface Message extends Due {
  readonly id: string;
  readonly body: string;
  readonly bodyMd5: string;
  readonly attributes: MessageAttributes;
  readonly systemAttributes: MessageAttributes;
  readonly group: string | undefined;
  /** Milliseconds since the epoch; kept when the message is moved to a dead-letter queue. */
  readonly sentAt: number;
  state: 'ready' | 'delayed' | 'in-flight' | 'gone';
  receiveCount: number;
  firstReceivedAt: number | undefined;
  /** When it was last handed out, in milliseconds since the epoch. */
  receivedAt: number;
  /** Number of the latest receipt: older receipts no longer count. */
  receipt: number;
  /** ARN of the queue whose redrive policy moved it here. */
  deadLetterSource: string | undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: SQS takes only what XML 1.0 can carry
const FORBIDDEN_CHARACTERS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** Bytes that count against the 1 MiB: the body and the attributes' names, types and values. */
export function messageBytes(draft: MessageDraft): number {
  return Buffer.byteLength(draft.body) + attributesBytes(draft.attributes);
}

/**
 * Makes a message of what was sent.
 * @param maximumBytes the queue's `MaximumMessageSize`
 * @throws SqsError when it is empty, too large or holds characters that SQS refuses
 */
export function createMessage(draft: MessageDraft, maximumBytes: number): Message {
  if (draft.body.length === 0) {
    throw new SqsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  }
  if (messageBytes(draft) > maximumBytes) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumBytes} bytes.`,
    );
  }
  if (FORBIDDEN_CHARACTERS.test(draft.body)) {
    throw new SqsError('InvalidMessageContents', 'Invalid binary character was found in the message body.');
  }
  return {
    id: randomUUID(),
    body: draft.body,
    bodyMd5: createHash('md5').update(draft.body).digest('hex'),
    attributes: draft.attributes ?? {},
    systemAttributes: draft.systemAttributes ?? {},
    group: draft.group,
    sentAt: Date.now(),
    state: 'ready',
    receiveCount: 0,
    firstReceivedAt: undefined,
    receivedAt: 0,
    receipt: 0,
    deadLetterSource: undefined,
    dueAt: 0,
    slot: -1,
  };
}

/** A dead letter on its way back: to SQS a new message, with its own id, time and count. */
export function renewMessage(message: Message): Message {
  return {
    ...message,
    id: randomUUID(),
    sentAt: Date.now(),
    state: 'ready',
    receiveCount: 0,
    firstReceivedAt: undefined,
    receipt: 0,
    deadLetterSource: undefined,
    slot: -1,
  };
}
