import { beforeEach, describe, expect, it, vi } from 'vitest';
import { swapJson } from '../shared/bucket.ts';
import { FLEET_STATE_KEY } from '../shared/fleet-state.ts';
import { TAGS } from '../shared/tags.ts';
import type { Cloud } from './cloud.ts';
import { slotOf } from './slots.ts';
import { useEmbeddedCloud } from './testing/embedded-cloud.ts';
import { createStage, type EmbeddedStage } from './testing/embedded-stage.ts';
import { tickAt } from './testing/tick.ts';

useEmbeddedCloud();

let stage: EmbeddedStage;
let start: number;
beforeEach(async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  stage = await createStage();
  start = slotOf(Date.now());
});

/** The tick `seconds` after the start of the test, with parts of the cloud replaced. */
const tick = (seconds: number, replaced: Partial<Cloud> = {}) =>
  tickAt(stage, start + seconds * 1000, replaced);
/** A fleet of ready workers, brought up by a backlog that is worked off by now. */
const readyFleet = (count: number) => stage.readyWorkers(count, Date.now());

describe('a tick', () => {
  it('launches the first worker, and marks it as ours', async () => {
    expect(await tick(0)).toEqual({ outcome: 'acted', reason: '+1: backlog 0, 0 ready' });
    const [machine, ...others] = await stage.machines();
    expect(others).toEqual([]);
    expect(machine).toMatchObject({
      up: true,
      tags: { [TAGS.stage]: stage.config.STAGE, [TAGS.state]: 'booting' },
    });
  });

  it('brings up more for a backlog, and leaves for others what it saw', async () => {
    await readyFleet(1);
    await stage.queueJobs(12);
    await stage.takeJobs(3);
    expect(await tick(0)).toEqual({ outcome: 'acted', reason: '+2: backlog 12, 1 ready' });
    expect(await stage.up()).toHaveLength(3);
    expect(await stage.state()).toMatchObject({
      tickedAt: start,
      queue: { visible: 9, inFlight: 3 },
      workers: { booting: 0, ready: 1, draining: 0 },
      serviceMs: 200,
      imagesPerSecond: 5,
      maxWorkers: 19,
    });
  });

  it('launches nothing for a backlog that those booting are for', async () => {
    await stage.queueJobs(12);
    await tick(0);
    expect(await tick(5)).toEqual({ outcome: 'held', reason: 'hold: backlog 12, 0 ready, 3 booting' });
    expect(await stage.up()).toHaveLength(3);
  });

  it('counts what EC2 does not show yet', async () => {
    await stage.queueJobs(12);
    await tick(0);
    const machines = async () => [];
    expect(await tick(5, { machines })).toMatchObject({ reason: 'hold: backlog 12, 0 ready, 3 launching' });
  });

  it('tells idle workers to go, each message with the id that the state knows', async () => {
    await readyFleet(3);
    expect(await tick(0)).toEqual({ outcome: 'acted', reason: '-2: backlog 0, 3 ready' });
    const sent = (await stage.terminateMessages()).map(({ id }) => id);
    expect(new Set(sent).size).toBe(2);
    const state = await stage.state();
    expect(state?.terminations.map(({ id }) => id).sort()).toEqual(sent.sort());
    expect(state?.imagesPerSecond).toBe(15);
    expect(await stage.up()).toHaveLength(3);
  });

  it('tells nobody twice while its messages are under way', async () => {
    await readyFleet(3);
    await tick(4);
    const held = { outcome: 'held', reason: 'hold: backlog 0, 3 ready, 2 going' };
    expect(await tick(5)).toEqual(held);
    expect(await tick(10)).toEqual(held);
  });

  it('counts a worker that went once, and not its message too', async () => {
    const [quick = '', slow = ''] = await readyFleet(3);
    await tick(0);
    const [, second] = await stage.terminateMessages();
    await stage.shutDown(quick);
    await stage.tag(slow, { [TAGS.state]: 'draining', [TAGS.terminateId]: second?.id ?? '' });
    expect(await tick(5)).toEqual({ outcome: 'held', reason: 'hold: backlog 0, 1 ready, 1 draining' });
    await stage.shutDown(slow);
    expect(await tick(10)).toEqual({ outcome: 'held', reason: 'hold: backlog 0, 1 ready' });
  });

  it('tells them again where all were too busy to hear it', async () => {
    await readyFleet(3);
    await tick(0);
    expect(await tick(10)).toEqual({ outcome: 'acted', reason: '-2: backlog 0, 3 ready' });
  });

  it('ends a worker that does not boot, and launches another', async () => {
    await tick(0);
    const [stuck = ''] = await stage.up();
    for (let seconds = 60; seconds <= 300; seconds += 60) await tick(seconds);
    expect(await stage.up()).toEqual([stuck]);
    expect(await tick(306)).toMatchObject({ reason: '+1: backlog 0, 0 ready, 1 ended' });
    const up = await stage.up();
    expect(up).toHaveLength(1);
    expect(up).not.toContain(stuck);
  });

  it('holds where the queue does not answer, and keeps the depth it knew', async () => {
    await readyFleet(3);
    await stage.queueJobs(12);
    await tick(0);
    const queueDepth = async () => Promise.reject(new Error('SQS is away'));
    expect(await tick(5, { queueDepth })).toEqual({
      outcome: 'held',
      reason: 'hold: backlog unknown, 3 ready',
    });
    expect((await stage.state())?.queue).toEqual({ visible: 12, inFlight: 0 });
  });

  it('that cannot see the machines changes nothing', async () => {
    const machines = async () => Promise.reject(new Error('EC2 is away'));
    await expect(tick(0, { machines })).rejects.toThrow('EC2 is away');
    expect(await stage.state()).toBeUndefined();
  });

  it('leaves the machines of other stages alone', async () => {
    await readyFleet(3);
    stage = await createStage();
    expect(await tick(0)).toMatchObject({ reason: '+1: backlog 0, 0 ready' });
  });

  it('replaces a state that it does not understand', async () => {
    await swapJson(stage.config.BUCKET, FLEET_STATE_KEY, { v: 7 }, undefined);
    expect(await tick(0)).toMatchObject({ outcome: 'acted' });
    expect(await stage.state()).toMatchObject({ v: 1, tickedAt: start });
  });
});
