import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { emfDocument } from '../shared/testing/emf-document.ts';
import { depthOf, receiveInVain, send, takeResponses } from './testing/cloud.ts';
import { useFixture } from './testing/fixture.ts';
import { jobFor } from './testing/jobs.ts';

const fixture = useFixture();
const lines: string[] = [];
beforeAll(() => {
  process.env.LOG_LEVEL = 'info';
  process.env.STAGE = 'prod';
});
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});

test('every job leaves a line with its id and tenant, its metrics when the worker goes, and its URL nowhere', async () => {
  const { cloud, images, start } = fixture();
  const secret = 'X-Amz-Signature=0123456789abcdef';
  const jobs = [
    jobFor(`${images.url}/fine.jpg?${secret}`),
    jobFor(`http://no-such-host.invalid/a.jpg?${secret}`),
    jobFor(`http://127.0.0.1:1/a.jpg?${secret}`), // which is not allowed
    jobFor(`${images.url}/late.jpg?${secret}`, { acceptedAt: Date.now() - 121_000 }),
  ];
  for (const job of jobs) await send(cloud.config.REQUEST_QUEUE_URL, job);
  await send(cloud.config.REQUEST_QUEUE_URL, `{"imageUrl":"http://a.test/?${secret}`);
  const worker = start();
  await takeResponses(cloud, jobs.length);
  await vi.waitFor(async () =>
    expect(await depthOf(cloud.config.REQUEST_QUEUE_URL)).toEqual({ visible: 0, inFlight: 0 }),
  );
  await worker.end();

  expect(lines.join('')).not.toContain(secret);
  const logged = lines.map((line) => JSON.parse(line));
  const done = logged.filter(({ event }) => event === 'job');
  for (const { requestId, tenant } of jobs)
    expect(done.filter((line) => line.requestId === requestId)).toMatchObject([{ tenant }]);
  expect(logged.filter(({ event }) => event === 'request unreadable')).toMatchObject([
    { messageId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  ]);
  const [metrics] = logged.filter(({ event }) => event === 'jobs').map((line) => emfDocument.parse(line));
  expect(metrics).toMatchObject({
    ...{ stage: 'prod', Answered: 4, Errors_DOWNLOAD_FAILED: 1, Errors_FORBIDDEN_URL: 1, Errors_TIMEOUT: 1 },
    TotalMs: [expect.any(Number)],
  });
});

test('a job that is given up is counted as a dead letter', async () => {
  const { cloud, images, start } = fixture();
  const job = jobFor(`${images.url}/fine.jpg`);
  await send(cloud.config.REQUEST_QUEUE_URL, job);
  await receiveInVain(cloud.config.REQUEST_QUEUE_URL, 3);
  const worker = start();
  await takeResponses(cloud);
  await worker.end();
  const logged = lines.map((line) => JSON.parse(line));
  expect(logged.filter(({ event }) => event === 'jobs')).toMatchObject([
    { Answered: 1, Errors_INTERNAL: 1, DeadLetters: 1 },
  ]);
  expect(logged.filter(({ event }) => event === 'job')).toMatchObject([
    { requestId: job.requestId, plan: 'give-up', receiveCount: 4 },
  ]);
});
