import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ListQueuesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { MAX_RESUME, type OutcomeMessage } from '../../shared/protocol.ts';
import { hasOutcome, type StoredOutcome, storedResult } from '../../shared/results.ts';
import { Connection } from './clients/connection.ts';
import { comes, type World } from './clients/world.ts';

const READS_AT_ONCE = 16;
const QUEUES_EMPTY_WITHIN_MS = 120_000;
const RESUMED_WITHIN_MS = 30_000;

/** The outcomes under `results/`, by request id. */
export async function storedIn(s3: S3Client, bucket: string): Promise<Map<string, StoredOutcome>> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: 'results/' },
  ))
    keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
  const stored = new Map<string, StoredOutcome>();
  const lane = async () => {
    for (let Key = keys.pop(); Key !== undefined; Key = keys.pop()) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const result = storedResult.parse(JSON.parse((await Body?.transformToString()) ?? ''));
      if (hasOutcome(result)) stored.set(Key.replace(/^results\/|\.json$/g, ''), result);
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, lane));
  return stored;
}

/** Messages in each queue, by its name: those that wait and those that somebody holds. */
export async function depthsOf(sqs: SQSClient): Promise<Map<string, number>> {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const depths = QueueUrls.map(async (QueueUrl): Promise<[string, number]> => {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible, ...rest } = Attributes;
    const counts = [ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible];
    counts.push(rest.ApproximateNumberOfMessagesDelayed);
    const name = QueueUrl.split('/').at(-1) ?? '';
    return [
      name.replace('classifycloud-local-', ''),
      counts.reduce((sum, count = '0') => sum + Number(count), 0),
    ];
  });
  return new Map(await Promise.all(depths));
}

/** Waits until all work is done. @returns what is left, a line for each queue that still holds some */
export async function workLeft(sqs: SQSClient): Promise<string[]> {
  const end = performance.now() + QUEUES_EMPTY_WITHIN_MS;
  for (;;) {
    const depths = await depthsOf(sqs);
    const left = ['request-queue', 'response-queue'].filter((name) => depths.get(name) !== 0);
    if (left.length === 0 || performance.now() > end)
      return [
        ...left.map((name) => `${depths.get(name)} messages are left in the ${name}`),
        ...(depths.get('response-dead-letters') === 0 ? [] : ['responses are among the dead letters']),
      ];
    await sleep(250);
  }
}

/** Resumes ids on a socket of its own, a hundred at a time. @returns what each was answered */
export async function resumeAll(
  world: World,
  requestIds: readonly string[],
): Promise<Map<string, OutcomeMessage>> {
  const answers = new Map<string, OutcomeMessage>();
  const connection = await Connection.open(world, world.ws, (message) => {
    if (message?.type === 'result') answers.set(message.requestId, message);
    if (message?.type === 'error' && message.requestId !== undefined) answers.set(message.requestId, message);
  });
  for (let from = 0; from < requestIds.length; from += MAX_RESUME) {
    const chunk = requestIds.slice(from, from + MAX_RESUME);
    connection.send({ action: 'resume', requestIds: chunk });
    await comes(world, () => chunk.every((id) => answers.has(id)), RESUMED_WITHIN_MS);
  }
  connection.destroy();
  return answers;
}
