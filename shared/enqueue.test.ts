import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { type AwsEndpoint, startAwsEndpoint } from '../local/aws/endpoint.ts';
import { type Hop, startHop } from '../scripts/chaos/hop.ts';
import { jsonReply } from '../scripts/chaos/reply.ts';
import { batchAnswer, batchRequest, bytesOf, jsonOf } from '../scripts/chaos/sqs-messages.ts';
import { jobFor } from '../worker/testing/jobs.ts';
import { sqs } from './aws.ts';
import { enqueue } from './enqueue.ts';

let cloud: AwsEndpoint;
let hop: Hop;
let queueUrl: string;
/** How SQS refuses an entry, by its id and how often it was sent; `undefined` where it takes it. */
let refuses: (id: string, times: number) => { SenderFault: boolean } | undefined;
const sent = new Map<string, number>();

beforeAll(async () => {
  cloud = await startAwsEndpoint({ port: 0, launch: () => expect.fail('no machine is launched here') });
  hop = await startHop(cloud.url, async ({ headers, body }, forward) => {
    if (headers['x-amz-target'] !== 'AmazonSQS.SendMessageBatch') return forward();
    const { Entries, ...request } = batchRequest.parse(jsonOf(body));
    const Failed = Entries.flatMap(({ Id }) => {
      const times = (sent.get(Id) ?? 0) + 1;
      sent.set(Id, times);
      const refusal = refuses(Id, times);
      return refusal ? [{ Id, Code: 'Refused', Message: 'No.', ...refusal }] : [];
    });
    const taken = Entries.filter(({ Id }) => Failed.every((one) => one.Id !== Id));
    if (taken.length === 0) return jsonReply(200, { Successful: [], Failed });
    const done = batchAnswer.parse(jsonOf((await forward(bytesOf({ ...request, Entries: taken }))).body));
    return jsonReply(200, { ...done, Failed });
  });
  Object.assign(process.env, { AWS_ENDPOINT_URL: hop.url, AWS_REGION: 'us-east-1' });
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'test';
});
beforeEach(async () => {
  sent.clear();
  refuses = () => undefined;
  const { QueueUrl = '' } = await sqs().send(
    new CreateQueueCommand({ QueueName: `q-${Math.random()}`.replace('.', '') }),
  );
  queueUrl = QueueUrl;
});
afterAll(async () => {
  hop.stop();
  await cloud.stop();
});

const body = z.object({ requestId: z.string() });
async function queued() {
  const ids: { id: string; group: string | undefined }[] = [];
  for (;;) {
    const { Messages = [] } = await sqs().send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    );
    if (Messages.length === 0) return ids;
    for (const { Body = '', Attributes } of Messages)
      ids.push({ id: body.parse(JSON.parse(Body)).requestId, group: Attributes?.MessageGroupId });
  }
}

test('jobs are queued, ten a call, as messages of their tenant', async () => {
  const jobs = Array.from({ length: 25 }, () => jobFor('https://a.example/b.jpg', { tenant: 'ann' }));
  expect(await enqueue(queueUrl, jobs)).toEqual(new Map());
  const expected = jobs.map(({ requestId }) => ({ id: requestId, group: 'ann' }));
  expect(await queued()).toEqual(expect.arrayContaining(expected));
});

test('an entry that SQS does not take is sent again, and that one alone', async () => {
  const jobs = Array.from({ length: 3 }, () => jobFor('https://a.example/b.jpg'));
  const unlucky = jobs[1]?.requestId ?? '';
  refuses = (id, times) => (id === unlucky && times < 3 ? { SenderFault: false } : undefined);
  expect(await enqueue(queueUrl, jobs)).toEqual(new Map());
  expect(await queued()).toHaveLength(3);
  expect(jobs.map(({ requestId }) => sent.get(requestId))).toEqual([1, 3, 1]);
});

test('one that cannot be queued is told, alone; one that is our own fault is not sent again', async () => {
  const [taken, never, wrong] = [
    jobFor('https://a.example/b.jpg'),
    jobFor('https://a.example/b.jpg'),
    jobFor('https://a.example/b.jpg'),
  ];
  refuses = (id) => (id === taken.requestId ? undefined : { SenderFault: id === wrong.requestId });
  const failed = await enqueue(queueUrl, [taken, never, wrong]);
  expect([...failed.keys()].sort()).toEqual([never.requestId, wrong.requestId].sort());
  expect(failed.get(never.requestId)).toMatchObject({ message: 'Refused: No.' });
  expect(await queued()).toMatchObject([{ id: taken.requestId }]);
  expect([sent.get(never.requestId), sent.get(wrong.requestId)]).toEqual([3, 1]);
});
