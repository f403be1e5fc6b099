import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';

/** Why SQS refused one entry of a batch. */
export class BatchEntryError extends Error {
  override readonly name = 'BatchEntryError';
  /** SQS's code, such as `ReceiptHandleIsInvalid`. */
  readonly code: string | undefined;
  /** Whether the entry itself is at fault, so that sending it again is refused again. */
  readonly senderFault: boolean;
  constructor({ Code, Message, SenderFault = false }: BatchResultErrorEntry) {
    super(Message ?? Code ?? 'refused');
    this.code = Code;
    this.senderFault = SenderFault;
  }
}

/** The failures of a batch call whose entries' ids are their places in the batch. A batch call succeeds though all its entries fail. */
export function failuresOf({
  Failed = [],
}: {
  Failed?: BatchResultErrorEntry[];
}): Map<number, BatchEntryError> {
  return new Map(Failed.map((entry) => [Number(entry.Id), new BatchEntryError(entry)]));
}
