import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ec2 } from '../shared/aws.ts';
import { isThrottled } from '../shared/aws-errors.ts';
import { TAGS } from '../shared/tags.ts';
import { launchWorkers, sendTerminateMessages } from './fleet.ts';
import { useEmbeddedCloud } from './testing/embedded-cloud.ts';
import { createStage, type EmbeddedStage } from './testing/embedded-stage.ts';

const LIMIT = 3;
useEmbeddedCloud(LIMIT);
let stage: EmbeddedStage;
beforeEach(async () => {
  stage = await createStage();
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const id of await stage.up()) await stage.shutDown(id);
});

const launch = (count: number, token: string, LAUNCH_TEMPLATE_ID = stage.config.LAUNCH_TEMPLATE_ID) =>
  launchWorkers({ ...stage.config, LAUNCH_TEMPLATE_ID }, { token, count });
const logged = () => {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  return lines;
};

describe('a launch', () => {
  it('tags its machines with its token', async () => {
    expect(await launch(2, 'a-slot')).toBe(2);
    expect((await stage.machines()).map(({ tags }) => tags[TAGS.launch])).toEqual(['a-slot', 'a-slot']);
  });
  it('that is repeated with its token launches nothing twice', async () => {
    await launch(2, 'repeated');
    expect(await launch(2, 'repeated')).toBe(2);
    expect(await stage.up()).toHaveLength(2);
  });
  it('that EC2 refuses has launched none, and is logged by name', async () => {
    const lines = logged();
    expect(await launch(1, 'refused', 'lt-0123456789abcdef0')).toBe(0);
    expect(lines.join()).toContain('InvalidLaunchTemplateId');
  });
  it('that EC2 carries out in part counts what came, and logs what did not', async () => {
    const lines = logged();
    expect(await launch(LIMIT + 1, 'in-part')).toBe(LIMIT);
    expect(lines.join()).toContain('VcpuLimitExceeded');
  });
  it('that the account’s limit leaves nothing of is a throttled one; a part of it is a part', async () => {
    const lines = logged();
    const Errors = [{ ErrorCode: 'RequestLimitExceeded', ErrorMessage: 'Request limit exceeded.' }];
    const send = vi.spyOn(ec2(), 'send').mockImplementation(async () => ({ Errors }));
    const error = await launch(2, 'too-much').catch((thrown: unknown) => thrown);
    expect(isThrottled(error)).toBe(true);
    expect(send).toHaveBeenCalledTimes(1);
    send.mockImplementation(async () => ({ Errors, Instances: [{ InstanceIds: ['i-1'] }] }));
    expect(await launch(2, 'in-part')).toBe(1);
    expect(lines.join()).toContain('RequestLimitExceeded');
  });
  it('of which nobody knows whether it was made is no launch of none', async () => {
    const timeout = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
    vi.spyOn(ec2(), 'send').mockImplementation(async () => Promise.reject(timeout));
    await expect(launch(1, 'unknown')).rejects.toThrow('socket hang up');
  });
});

it('more terminate messages than a batch holds are all sent', async () => {
  const ids = Array.from({ length: 23 }, (_, i) => `t-${i}`);
  await sendTerminateMessages(
    stage.config.TERMINATE_QUEUE_URL,
    ids.map((id) => ({ id })),
  );
  const sent = [];
  for (let batch = await stage.terminateMessages(); batch.length > 0; batch = await stage.terminateMessages())
    sent.push(...batch.map(({ id }) => id));
  expect(sent.sort()).toEqual([...ids].sort());
});
