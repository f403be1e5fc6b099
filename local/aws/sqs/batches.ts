import { AwsError } from '../aws-error.ts';
import { SqsError } from './errors.ts';
import type { BatchRequest } from './requests.ts';

type Entries = BatchRequest['Entries'];

const MAX_ENTRIES = 10;
const ENTRY_ID = /^[\w-]{1,80}$/;

/** The answer to a batch: each entry stands in one of the two lists. */
export interface BatchResult {
  readonly Successful: object[];
  readonly Failed: { Id: string; Code: string; Message: string; SenderFault: boolean }[];
}

/**
 * Runs an operation on each entry; one that fails does not stop the others.
 * @throws SqsError when the batch as a whole is refused: empty, more than 10 entries, or ids that are
 * malformed or not distinct
 */
export function runBatch(entries: Entries, run: (entry: Entries[number]) => object): BatchResult {
  checkEntries(entries);
  const result: BatchResult = { Successful: [], Failed: [] };
  for (const entry of entries) {
    try {
      result.Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const Code = error instanceof SqsError ? error.queryCode : error.code;
      result.Failed.push({ Id: entry.Id, Code, Message: error.message, SenderFault: true });
    }
  }
  return result;
}

function checkEntries(entries: Entries): void {
  if (entries.length === 0) {
    throw new SqsError(
      'EmptyBatchRequest',
      'There should be at least one SendMessageBatchRequestEntry in the request.',
    );
  }
  if (entries.length > MAX_ENTRIES) {
    throw new SqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  }
  const ids = new Set<string>();
  for (const { Id } of entries) {
    if (!ENTRY_ID.test(Id)) {
      throw new SqsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (ids.has(Id)) throw new SqsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    ids.add(Id);
  }
}
