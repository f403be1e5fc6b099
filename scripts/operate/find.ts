import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { paginateListQueues } from '@aws-sdk/client-sqs';
import { s3, sqs } from '../../shared/aws.ts';

/** The stage does not have it, or there is no such stage. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
}

/** The queues of a stage, by their names in infra/queues.yml. */
export type QueueName = 'RequestQueue' | 'ResponseQueue' | 'RequestDeadLetters' | 'ResponseDeadLetters';

/**
 * The URL of a stage's queue. CloudFormation calls it `classifycloud-prod-RequestQueue-…`, the local stage
 * `classifycloud-local-request-queue`.
 * @throws Error where there is none, or more than one
 */
export async function findQueue(stage: string, queue: QueueName): Promise<string> {
  const prefix = `classifycloud-${stage}-`;
  const found: string[] = [];
  for await (const { QueueUrls = [] } of paginateListQueues({ client: sqs() }, { QueueNamePrefix: prefix }))
    found.push(...QueueUrls.filter((url) => isCalled(nameIn(url).slice(prefix.length), queue)));
  return only(found, `${queue} of stage ${stage}`);
}

/** The name of a stage's bucket. @throws Error where there is none, or more than one */
export async function findBucket(stage: string): Promise<string> {
  const { Buckets = [] } = await s3().send(new ListBucketsCommand({}));
  const names = Buckets.flatMap(({ Name = '' }) => Name);
  return only(
    names.filter((name) => new RegExp(`^classifycloud-${stage}-bucket(-[a-z0-9]+)?$`).test(name)),
    `bucket of stage ${stage}`,
  );
}

const nameIn = (queueUrl: string): string => queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
const isCalled = (name: string, queue: QueueName): boolean =>
  new RegExp(`^${queue}(-[a-z0-9]+)?$`, 'i').test(name) ||
  name === queue.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();

function only(found: readonly string[], what: string): string {
  const [one, ...others] = found;
  if (one === undefined)
    throw new NotFoundError(`There is no ${what}. Is it deployed, in this region and account?`);
  if (others.length > 0) throw new Error(`There are several: ${what}: ${found.join(', ')}`);
  return one;
}
