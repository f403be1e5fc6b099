import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TAGS } from '../shared/tags.ts';
import { awsCloud } from './cloud.ts';
import { runTick } from './run-tick.ts';
import { slotOf } from './slots.ts';
import { useEmbeddedCloud } from './testing/embedded-cloud.ts';
import { createStage, type EmbeddedStage } from './testing/embedded-stage.ts';
import { tickAt } from './testing/tick.ts';

/** What EC2 has left of each type, and which action it refuses. */
let capacity: Record<string, number> = {};
let refused = '';
const calls: string[] = [];
useEmbeddedCloud(undefined, {
  capacityOf: ({ instanceType, subnetId }) => capacity[`${instanceType} ${subnetId}`] ?? 99,
  refuse(action) {
    calls.push(action);
    return action === refused ? 'RequestLimitExceeded' : undefined;
  },
});

let stage: EmbeddedStage;
let start: number;
let lines: string[];
beforeEach(() => {
  capacity = {};
  refused = '';
  lines = [];
  start = slotOf(Date.now());
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});
const on = async (settings: NodeJS.ProcessEnv) => {
  stage = await createStage(settings);
};
const tick = (seconds: number) => tickAt(stage, start + seconds * 1000);

describe('types and zones in order of preference', () => {
  const types = {
    INSTANCE_TYPES: 'c7a.medium,m7a.medium',
    SUBNET_IDS: 'subnet-a,subnet-b',
    MIN_WORKERS: '4',
  };

  it('are asked for in one call, and each that lacks capacity is told by itself', async () => {
    await on(types);
    capacity = { 'c7a.medium subnet-a': 1, 'c7a.medium subnet-b': 0 };
    calls.length = 0;
    await tick(0);
    expect(calls.filter((action) => action === 'CreateFleet')).toHaveLength(1);
    const machines = (await stage.describe()).map(
      ({ InstanceType, SubnetId }) => `${InstanceType} ${SubnetId}`,
    );
    expect(machines.sort()).toEqual(['c7a.medium subnet-a', ...Array(3).fill('m7a.medium subnet-a')]);
    const told = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'launch error');
    expect(told.map(({ name, InstanceType, SubnetId }) => [name, InstanceType, SubnetId])).toEqual([
      ['InsufficientInstanceCapacity', 'c7a.medium', 'subnet-a'],
      ['InsufficientInstanceCapacity', 'c7a.medium', 'subnet-b'],
    ]);
  });

  it('that lack what is asked for altogether leave the rest to the next tick', async () => {
    await on(types);
    for (const pool of [
      'c7a.medium subnet-a',
      'c7a.medium subnet-b',
      'm7a.medium subnet-a',
      'm7a.medium subnet-b',
    ])
      capacity[pool] = 0;
    capacity['m7a.medium subnet-b'] = 3;
    await tick(0);
    expect(await stage.up()).toHaveLength(3);
    capacity = {};
    expect(await tick(5)).toMatchObject({ reason: '+1: backlog 0, 0 ready, 3 booting' });
  });

  it('on Spot are launched as Spot machines', async () => {
    await on({ ...types, WORKER_MARKET: 'spot', MIN_WORKERS: '1' });
    await tick(0);
    expect(await stage.describe()).toMatchObject([{ InstanceLifecycle: 'spot', InstanceType: 'c7a.medium' }]);
  });
});

describe('too many calls', () => {
  it('end the calls of that tick, and nothing counts as launched', async () => {
    await on({ MIN_WORKERS: '1' });
    await tick(0);
    const [stuck = ''] = await stage.up();
    for (let seconds = 60; seconds <= 300; seconds += 60) await tick(seconds);
    refused = 'CreateFleet';
    calls.length = 0;
    const result = await runTick(awsCloud(stage.config), stage.config, start + 306_000);
    expect(result).toMatchObject({ done: { launched: 0, throttled: true } });
    expect(calls).toEqual(['DescribeInstances', 'CreateFleet']); // once, and the stuck machine is left for later
    expect(await stage.up()).toEqual([stuck]);
    expect((await stage.state())?.launches).toMatchObject([{ count: 0 }]);
    refused = '';
    expect(await tick(310)).toMatchObject({ reason: '+1: backlog 0, 0 ready, 1 ended' });
  });

  it('of which a tick learns at once end it before it does anything', async () => {
    await on({});
    refused = 'DescribeInstances';
    calls.length = 0;
    await expect(tick(0)).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
    expect(calls).toEqual(['DescribeInstances']);
    expect(await stage.state()).toBeUndefined();
  });
});

describe('orphans', () => {
  it('that were ready and are silent, and those that drain and are silent, are ended', async () => {
    await on({ MIN_WORKERS: '2' });
    const [silent = '', hung = '', well = ''] = await stage.readyWorkers(3, Date.now());
    await stage.tag(hung, { [TAGS.state]: 'draining' });
    for (const seconds of [0, 60, 120]) await tick(seconds);
    await stage.tag(well, { [TAGS.seen]: new Date(start + 180_000).toISOString() });
    expect(await tick(190)).toMatchObject({ reason: '+1: backlog 0, 1 ready, 2 ended' });
    const up = await stage.up();
    expect(up).toContain(well);
    for (const id of [silent, hung]) expect(up).not.toContain(id);
  });
});

it('of two ticks at once only one starts the machines of the warm pool, and launches what is missing', async () => {
  await on({ WARM_POOL_SIZE: '1', MIN_WORKERS: '1' });
  const [parked = ''] = await stage.readyWorkers(1, Date.now());
  await stage.tag(parked, { [TAGS.state]: 'parking', [TAGS.seen]: new Date().toISOString() });
  expect(await tick(0)).toMatchObject({ reason: '+1: backlog 0, 0 ready, 1 into the warm pool' });
  await vi.waitFor(async () =>
    expect((await stage.describe()).find(({ InstanceId }) => InstanceId === parked)?.State?.Name).toBe(
      'stopped',
    ),
  );
  await stage.queueJobs(15);
  calls.length = 0;
  const results = await Promise.all([tick(10), tick(10), tick(15)]);
  expect(results.filter(({ outcome }) => outcome === 'acted')).toHaveLength(1);
  expect(calls.filter((action) => action === 'StartInstances')).toHaveLength(1);
  expect(calls.filter((action) => action === 'CreateFleet')).toHaveLength(1);
  expect(await stage.up()).toHaveLength(3);
});
