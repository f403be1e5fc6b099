import { expect, test } from 'vitest';
import { ServiceError } from '../shared/errors.ts';
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
    jobLog: { done: () => {} },
    requestTimeoutSeconds: 120,
    times: TIMES,
  });
  await handler.handle(
    { ...messageOf('expired'), body: JSON.stringify(job), receiveCount: 2, receivedAt: Date.now() },
    {
      settle: () => {},
      trouble: () => {
        troubles++;
        return () => {};
      },
      signal: new AbortController().signal,
    },
  );
  expect({ deletions, troubles }).toEqual({ deletions: 1, troubles: 0 });
  expect(await takeResponses(cloud)).toMatchObject([{ requestId, outcome }]);
});
