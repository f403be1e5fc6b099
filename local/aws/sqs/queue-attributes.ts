import { SqsError } from './errors.ts';
import type { Queue } from './queue.ts';

const KNOWN = new Set([
  'All',
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
]);

/**
 * The attributes of a queue that were asked for, its counts among them.
 * @throws SqsError `InvalidAttributeName`
 */
export function renderQueueAttributes(queue: Queue, names: readonly string[]): Record<string, string> {
  const { ready, inFlight, delayed } = queue.counts();
  const all: Record<string, string> = {
    ...queue.settings.attributes,
    QueueArn: queue.arn,
    CreatedTimestamp: inSeconds(queue.createdAt),
    LastModifiedTimestamp: inSeconds(queue.modifiedAt),
    ApproximateNumberOfMessages: String(ready),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
  if (names.includes('All')) return all;
  const selected: Record<string, string> = {};
  for (const name of names) {
    const value = all[name];
    if (value !== undefined) selected[name] = value;
    else if (!KNOWN.has(name)) throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
  return selected;
}

function inSeconds(milliseconds: number): string {
  return String(Math.floor(milliseconds / 1000));
}
