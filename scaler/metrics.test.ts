import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sqs } from '../shared/aws.ts';
import { launchWorkers } from './fleet.ts';
import { listMachines, queueDepth } from './metrics.ts';
import { useEmbeddedCloud } from './testing/embedded-cloud.ts';
import { createStage, type EmbeddedStage } from './testing/embedded-stage.ts';

useEmbeddedCloud();
let stage: EmbeddedStage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(() => vi.restoreAllMocks());

it('the depth is what waits and what is held, without what is delayed', async () => {
  await stage.queueJobs(3);
  const QueueUrl = stage.config.REQUEST_QUEUE_URL;
  await sqs().send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 60 }));
  await stage.takeJobs(1);
  expect(await queueDepth(QueueUrl)).toEqual({ visible: 2, inFlight: 1 });
});

it('a depth that does not arrive is an error, not an empty queue', async () => {
  vi.spyOn(sqs(), 'send').mockImplementation(async () => ({ Attributes: {} }));
  await expect(queueDepth(stage.config.REQUEST_QUEUE_URL)).rejects.toThrow();
});

it('machines that are gone are told from those that start or run', async () => {
  const { STAGE } = stage.config;
  await launchWorkers(stage.config, { token: STAGE, count: 2 });
  const [gone = '', there] = await stage.up();
  await stage.shutDown(gone);
  const machines = await listMachines(STAGE);
  expect(machines.filter(({ phase }) => phase === 'gone').map(({ id }) => id)).toEqual([gone]);
  expect(machines.filter(({ phase }) => phase !== 'gone').map(({ id }) => id)).toEqual([there]);
});

it('machines are read to the last page', async () => {
  const { STAGE } = stage.config;
  await launchWorkers(stage.config, { token: STAGE, count: 6 });
  const ids = (await listMachines(STAGE, 5)).map(({ id }) => id);
  expect(ids.sort()).toEqual((await stage.up()).sort());
  expect(ids).toHaveLength(6);
});
