import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, it, vi } from 'vitest';
import { sqs } from '../shared/aws.ts';
import { EchoEngine } from './engines/echo.ts';
import { depthOf, send, takeResponses } from './testing/cloud.ts';
import { useFixture } from './testing/fixture.ts';
import { jobFor } from './testing/jobs.ts';

const fixture = useFixture({ visibilitySeconds: 1 });
const times = { visibilitySeconds: 1, heartbeatMs: 300 };

it('keeps a job that takes longer than the visibility timeout from everybody else', async () => {
  const { cloud, images, start } = fixture();
  const QueueUrl = cloud.config.REQUEST_QUEUE_URL;
  start({ times, engine: new EchoEngine({ threads: 1, echoMs: 2_500 }) });
  await send(QueueUrl, jobFor(`${images.url}/slow.jpg`));
  await vi.waitFor(async () => expect(await depthOf(QueueUrl)).toEqual({ visible: 0, inFlight: 1 }), {
    timeout: 8_000,
    interval: 10,
  });
  const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2 }));
  expect(Messages).toEqual([]);
  expect((await takeResponses(cloud))[0]?.outcome.type).toBe('result');
});

it('lets a job go that S3 kept from being stored until its deadline; it is answered TIMEOUT when it comes again', async () => {
  const { cloud, images, start } = fixture();
  const { recorder, config } = cloud;
  recorder.fails = (call) => call === 'PUT results';
  start({ times: { ...times, graceMs: 0 }, config: { REQUEST_TIMEOUT_SECONDS: 1 } });
  await send(config.REQUEST_QUEUE_URL, jobFor(`${images.url}/unlucky.jpg`));
  // Only what comes again is looked up.
  await vi.waitFor(() => expect(recorder.calls).toContain('GET results'), { timeout: 8_000 });
  expect(recorder.calls).toContain('PUT results');
  recorder.fails = () => false;
  const [response] = await takeResponses(cloud);
  expect(response?.outcome).toMatchObject({ type: 'error', error: { code: 'TIMEOUT' } });
});
