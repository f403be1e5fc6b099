import { beforeEach, describe, expect, it, vi } from 'vitest';
import { awsCloud, type Cloud } from './cloud.ts';
import { slotOf, TICK_MS } from './slots.ts';
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

describe('of two ticks', () => {
  /** Lets none write before `count` have read. */
  function afterAllHaveRead(count: number): Partial<Cloud> {
    const { swapState } = awsCloud(stage.config);
    let reading = count;
    let go = () => {};
    const allRead = new Promise<void>((resolve) => {
      go = resolve;
    });
    return {
      async swapState(next, expected) {
        if (--reading <= 0) go();
        await allRead;
        return swapState(next, expected);
      },
    };
  }

  it.each([
    ['the same slot', 0],
    ['slots that follow', TICK_MS / 1000],
  ])('in %s that look at once only one launches', async (_which, apart) => {
    await stage.queueJobs(12);
    const together = afterAllHaveRead(2);
    const results = await Promise.all([tick(0, together), tick(apart, together)]);
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(['acted', 'overtaken']);
    expect(await stage.up()).toHaveLength(3);
  });

  it('in one slot the later does nothing', async () => {
    await tick(0);
    await stage.queueJobs(12);
    expect(await tick(4.999)).toEqual({ outcome: 'slot taken' });
    expect(await tick(-5)).toEqual({ outcome: 'slot taken' });
    expect(await stage.up()).toHaveLength(1);
    expect(await tick(5)).toMatchObject({ outcome: 'acted' });
  });
});

describe('what a tick recorded and did not do', () => {
  /** A tick that dies right after it has written the state. */
  const dieBeforeActing = () => {
    const { swapState } = awsCloud(stage.config);
    const dying: Partial<Cloud> = {
      async swapState(next, expected) {
        await swapState(next, expected);
        throw new Error('killed');
      },
    };
    return expect(tick(0, dying)).rejects.toThrow('killed');
  };

  it('a launch is made up for after a minute, once', async () => {
    await dieBeforeActing();
    expect(await stage.up()).toEqual([]);
    expect(await tick(5)).toMatchObject({ reason: 'hold: backlog 0, 0 ready, 1 launching' });
    expect(await tick(60)).toMatchObject({ outcome: 'acted' });
    expect(await tick(65)).toMatchObject({ outcome: 'held' });
    expect(await stage.up()).toHaveLength(1);
  });

  it('a termination is made up for after 10 s', async () => {
    await readyFleet(2);
    await dieBeforeActing();
    expect(await tick(5)).toMatchObject({ reason: 'hold: backlog 0, 2 ready, 1 going' });
    expect(await tick(10)).toMatchObject({ reason: '-1: backlog 0, 2 ready' });
  });

  it('machines that EC2 did not give are asked for by the next tick', async () => {
    await stage.queueJobs(12);
    const { launch } = awsCloud(stage.config);
    await tick(0, { launch: ({ token }) => launch({ token, count: 1 }) });
    expect((await stage.state())?.launches).toMatchObject([{ count: 1 }]);
    expect(await tick(5)).toMatchObject({ reason: '+2: backlog 12, 0 ready, 1 booting' });
  });

  it('is not corrected over a newer state', async () => {
    await tick(0, {
      async launch() {
        await tick(5);
        return 0;
      },
    });
    expect(await stage.state()).toMatchObject({ tickedAt: start + 5000, launches: [{ count: 1 }] });
  });

  it('a failed launch does not keep lost workers alive', async () => {
    const [stuck] = await readyFleet(1);
    const launch = async () => Promise.reject(new Error('EC2 is away'));
    for (const seconds of [0, 60, 120]) await tick(seconds);
    await tick(190, { launch });
    expect(await stage.up()).not.toContain(stuck);
  });
});
