import { expect, it } from 'vitest';
import { encodeMessage } from '../../shared/jobs.ts';
import { send, takeResponses } from '../testing/cloud.ts';
import { useFixture } from '../testing/fixture.ts';
import { jobFor } from '../testing/jobs.ts';
import { fitting } from './fitting.ts';

const fixture = useFixture();
/** Of an SQS call of ten, and so less than API Gateway's 128 KB of a push. */
const TENTH_OF_A_CALL = 1_048_576 / 10;

it('the best labels stay, as many as fit', () => {
  const labels = [0.5, 0.3, 0.2].map((confidence, index) => ({ label: 'é', index, confidence }));
  const size = Buffer.byteLength(JSON.stringify(labels));
  expect(fitting(labels, size)).toEqual(labels);
  expect(fitting(labels, size - 1)).toEqual(labels.slice(0, 2));
  expect(fitting(labels, 1)).toEqual([]);
});

it('however much is asked for, ten responses go into one call of the queue, and each into one push', async () => {
  const { cloud, images, start } = fixture();
  start({ config: { CACHE_MB: 0 } });
  const clientRef = '✓'.repeat(128);
  const all = { topK: 1000, minConfidence: 0, clientRef };
  for (const fields of [all, { ...all, parents: true }])
    await send(cloud.config.REQUEST_QUEUE_URL, jobFor(`${images.url}/${'a'.repeat(1_900)}.jpg`, fields));
  const responses = await takeResponses(cloud, 2);
  const counts = responses.map((response) => {
    expect(Buffer.byteLength(encodeMessage(response))).toBeLessThan(TENTH_OF_A_CALL);
    return response.outcome.type === 'result' ? response.outcome.labels.length : 0;
  });
  // Without parents there is room for all of them.
  expect(Math.max(...counts)).toBe(1000);
  expect(Math.min(...counts)).toBeGreaterThan(300);
});
