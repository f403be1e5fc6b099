import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { sqs } from '../../shared/aws.ts';
import { type EventSource, startEventSource } from './event-source.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

const VISIBILITY_SECONDS = 1;
const batch = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

let cloud: TestCloud;
let queueUrl: string;
let stop: (() => Promise<void>) | undefined;

beforeEach(async () => {
  cloud = await startTestCloud();
  const Attributes = { VisibilityTimeout: String(VISIBILITY_SECONDS) };
  const created = await sqs().send(new CreateQueueCommand({ QueueName: 'responses', Attributes }));
  queueUrl = created.QueueUrl ?? '';
});
afterEach(async () => {
  await stop?.();
  stop = undefined;
  await cloud.stop();
  vi.restoreAllMocks();
});

/** Feeds `answer` from the queue; gives the bodies that it has seen, in order. */
async function feed(
  answer: (records: { messageId: string; body: string }[]) => unknown,
  reportsFailures = true,
) {
  const seen: string[] = [];
  const invoke: EventSource['invoke'] = async (event) => {
    const { Records } = batch.parse(event);
    seen.push(...Records.map(({ body }) => body));
    return answer(Records);
  };
  const queueArn = 'arn:aws:sqs:us-east-1:000000000000:responses';
  stop = await startEventSource({ queueArn, batchSize: 10, reportsFailures, invoke });
  return seen;
}

async function send(...bodies: string[]) {
  const Entries = bodies.map((MessageBody, i) => ({ Id: String(i), MessageBody }));
  await sqs().send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
}

async function leftInQueue(): Promise<number> {
  const { Attributes = {} } = await sqs().send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  );
  const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: held } = Attributes;
  return Number(visible) + Number(held);
}

const emptied = () => vi.waitFor(async () => expect(await leftInQueue()).toBe(0), { timeout: 10_000 });
const failing = (records: { messageId: string; body: string }[], body: string) => ({
  batchItemFailures: records
    .filter((record) => record.body === body)
    .map(({ messageId }) => ({ itemIdentifier: messageId })),
});

describe('startEventSource', () => {
  it('deletes the messages of a batch that succeeded', async () => {
    const seen = await feed(() => ({ batchItemFailures: [] }));
    await send('a', 'b', 'c');
    await emptied();
    expect(seen.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('brings a message that failed again, and it alone', async () => {
    let failures = 1;
    const seen = await feed((records) =>
      records.some(({ body }) => body === 'bad') && failures-- > 0 ? failing(records, 'bad') : {},
    );
    await send('good', 'bad', 'fine');
    await emptied();
    expect(seen.toSorted()).toEqual(['bad', 'bad', 'fine', 'good']);
  });

  it('brings a whole batch again where the function throws', async () => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true); // it is logged
    let failures = 1;
    const seen = await feed(() => {
      if (failures-- > 0) throw new Error('broken');
    });
    await send('a', 'b');
    await emptied();
    expect(seen.toSorted()).toEqual(['a', 'a', 'b', 'b']);
  });

  it('pays no heed to reported failures where the mapping does not ask for them', async () => {
    const seen = await feed((records) => failing(records, 'a'), false);
    await send('a');
    await emptied();
    expect(seen).toEqual(['a']);
  });

  it('goes on while one invocation hangs', async () => {
    let release = () => {};
    const hanging = new Promise<void>((resolve) => {
      release = resolve;
    });
    const seen = await feed((records) => (records.some(({ body }) => body === 'slow') ? hanging : {}));
    await send('slow');
    await vi.waitFor(() => expect(seen).toContain('slow'));
    await send('quick');
    await vi.waitFor(() => expect(seen).toContain('quick'), { timeout: VISIBILITY_SECONDS * 500 });
    release();
    await emptied();
  });

  it('finishes the batch that it holds when it is stopped, and takes no other', async () => {
    let release = () => {};
    const hanging = new Promise<void>((resolve) => {
      release = resolve;
    });
    const seen = await feed(() => hanging);
    await send('held');
    await vi.waitFor(() => expect(seen).toEqual(['held']));
    const stopped = stop?.();
    await send('late');
    release();
    await stopped;
    expect(await leftInQueue()).toBe(1);
    expect(seen).toEqual(['held']);
  });
});
