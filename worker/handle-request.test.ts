import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ServiceError } from '../shared/errors.ts';
import type { JobMessage } from '../shared/jobs.ts';
import { Results } from '../shared/results.ts';
import { errorFor } from './answer.ts';
import { BatchEntryError } from './batch-failures.ts';
import { RequestHandler } from './handle-request.ts';
import { sqsOutbox } from './outbox.ts';
import { takeResponses } from './testing/cloud.ts';
import { messageOf } from './testing/fake-queue.ts';
import { useFixture } from './testing/fixture.ts';
import { jobFor } from './testing/jobs.ts';
import { TIMES } from './times.ts';

const fixture = useFixture();
const REST = { jobLog: { done: () => {} }, requestTimeoutSeconds: 120, times: TIMES };
const HANDLING = {
  aside: <T>(wait: () => Promise<T>) => wait(),
  settle: () => {},
  trouble: () => () => {},
  signal: new AbortController().signal,
};
const received = (job: JobMessage, receiveCount: number) => ({
  ...messageOf('message'),
  body: JSON.stringify(job),
  receiveCount,
  receivedAt: Date.now(),
});

test('a message whose receipt has expired holds no worker up: it is answered and let go', async () => {
  const { cloud, images } = fixture();
  const { BUCKET, RESPONSE_QUEUE_URL, DEAD_LETTER_QUEUE_URL } = cloud.config;
  const results = new Results(BUCKET);
  const job = jobFor(`${images.url}/late.jpg`);
  const { requestId, tenant, digest } = job;
  const outcome = errorFor(job, new ServiceError('DOWNLOAD_FAILED').toBody());
  await results.store({ requestId, tenant, digest, outcome });
  let deletions = 0;
  let troubles = 0;
  const handler = new RequestHandler({
    ...REST,
    queue: {
      setVisibility: async () => new Map(),
      delete: async () => {
        deletions++;
        throw new BatchEntryError({ Id: '0', Code: 'ReceiptHandleIsInvalid', SenderFault: true });
      },
    },
    outbox: sqsOutbox(RESPONSE_QUEUE_URL, DEAD_LETTER_QUEUE_URL),
    results,
    runner: { outcomeOf: () => expect.fail('it was done already') },
  });
  await handler.handle(received(job, 2), {
    ...HANDLING,
    trouble: () => {
      troubles++;
      return () => {};
    },
  });
  expect({ deletions, troubles }).toEqual({ deletions: 1, troubles: 0 });
  expect(await takeResponses(cloud)).toMatchObject([{ requestId, outcome }]);
});

test('what is given up is among the dead letters before anybody can find it answered', async () => {
  const { cloud, images } = fixture();
  const { BUCKET, RESPONSE_QUEUE_URL, DEAD_LETTER_QUEUE_URL } = cloud.config;
  const results = new Results(BUCKET);
  const job = jobFor(`${images.url}/killer.jpg`);
  const outbox = sqsOutbox(RESPONSE_QUEUE_URL, DEAD_LETTER_QUEUE_URL);
  const found: unknown[] = [];
  const handler = new RequestHandler({
    ...REST,
    queue: { setVisibility: async () => new Map(), delete: async () => {} },
    outbox: {
      respond: (response, patienceMs) => outbox.respond(response, patienceMs),
      bury: async () => void found.push(await results.find(job.requestId)),
    },
    results,
    runner: { outcomeOf: async () => errorFor(job, new ServiceError('INTERNAL').toBody()) },
  });
  await handler.handle(received(job, 4), HANDLING);
  expect(found).toEqual([undefined]);
  expect(await takeResponses(cloud)).toMatchObject([{ outcome: { error: { code: 'INTERNAL' } } }]);
});

test.each([
  [60, ['slow worked out', 'quick answered']],
  [119.3, ['quick answered', 'slow worked out']], // seconds of 120
])(
  'accepted %d s ago, an outcome waits for another only where its deadline is far: %o',
  async (ago, order) => {
    const { cloud } = fixture();
    const acceptedAt = Date.now() - ago * 1000;
    const [slow, quick] = ['slow', 'quick'].map((name) =>
      jobFor(`http://example.com/${name}`, { acceptedAt }),
    );
    if (!slow || !quick) return expect.fail('no jobs');
    const events: string[] = [];
    const handler = new RequestHandler({
      ...REST,
      queue: { setVisibility: async () => new Map(), delete: async () => {} },
      outbox: {
        respond: async ({ requestId }) =>
          void (requestId === quick.requestId && events.push('quick answered')),
        bury: async () => {},
      },
      results: new Results(cloud.config.BUCKET),
      runner: {
        outcomeOf: async (_plan, job) => {
          if (job.requestId === slow.requestId) {
            await sleep(400);
            events.push('slow worked out');
          }
          return errorFor(job, new ServiceError('DOWNLOAD_FAILED').toBody());
        },
      },
    });
    const waited = (job: JobMessage) => ({ ...received(job, 1), sentAt: Date.now() - 10_000 });
    await Promise.all([handler.handle(waited(slow), HANDLING), handler.handle(waited(quick), HANDLING)]);
    expect(events).toEqual(order);
  },
);
