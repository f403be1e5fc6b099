import { SqsError } from './errors.ts';

/** What a receipt handle names: a message of a queue, and which of its receives. */
export interface ReceiptHandle {
  readonly queueId: string;
  readonly messageId: string;
  readonly receipt: number;
}

const HANDLE = /^([0-9a-f]{8}):([0-9a-f-]{36}):(\d{1,9})$/;

/** Renders a handle; opaque to clients, as on AWS. */
export function formatReceiptHandle(handle: ReceiptHandle): string {
  return Buffer.from(`${handle.queueId}:${handle.messageId}:${handle.receipt}`).toString('base64');
}

/**
 * Reads a handle of the given queue.
 * @throws SqsError `ReceiptHandleIsInvalid` when it is none, or another queue's
 */
export function parseReceiptHandle(text: string, queueId: string): ReceiptHandle {
  const [, owner, messageId, receipt] = HANDLE.exec(Buffer.from(text, 'base64').toString('latin1')) ?? [];
  if (owner !== queueId || messageId === undefined || receipt === undefined) {
    throw new SqsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${text}" is not a valid receipt handle.`,
    );
  }
  return { queueId, messageId, receipt: Number(receipt) };
}
