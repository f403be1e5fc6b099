import { AwsError } from '../aws-error.ts';

/** Errors whose older query code differs from their name, and those that are not 400. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
};
const STATUS: Readonly<Record<string, number>> = {
  OverLimit: 403,
  ReceiptHandleIsInvalid: 404,
  ResourceNotFoundException: 404,
};

/** An error of SQS by its modelled name, e.g. `QueueDoesNotExist`. */
export class SqsError extends AwsError {
  constructor(name: string, message: string) {
    super(name, message, STATUS[name] ?? 400);
  }

  /** The code of the query protocol, which the header `x-amzn-query-error` and batch entries carry. */
  get queryCode(): string {
    return QUERY_CODES[this.code] ?? this.code;
  }
}

/** A parameter that is there but not acceptable. */
export function invalidParameter(reason: string): SqsError {
  return new SqsError('InvalidParameterValue', reason);
}
