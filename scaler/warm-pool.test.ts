import { beforeEach, expect, it, vi } from 'vitest';
import { type ModelFleet, modelFleet } from './testing/model-fleet.ts';

beforeEach(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true));

const statesOf = ({ cloud }: ModelFleet) => [...cloud.machinesById.values()].map(({ state }) => state).sort();

/** A fleet that has worked off a backlog and let `count` of its workers go. */
async function afterScaleIn(count: number, settings: NodeJS.ProcessEnv) {
  const fleet = modelFleet(settings);
  fleet.queue(5 * (count + 1));
  await fleet.after(5);
  fleet.boot();
  fleet.queue(0);
  await fleet.after(5);
  fleet.obey();
  return fleet;
}

it('as many drained workers as it has room for are stopped, the others end', async () => {
  const fleet = await afterScaleIn(3, { WARM_POOL_SIZE: '2' });
  expect(await fleet.after(5)).toBe('hold: backlog 0, 1 ready, 2 into the warm pool');
  expect(statesOf(fleet)).toEqual(['running', 'stopped', 'stopped', 'terminated']);
  expect(await fleet.after(5)).toBe('hold: backlog 0, 1 ready');
  expect(fleet.cloud.state?.parked).toBe(2);
});

it('its machines are started before new ones are launched, and count as coming at once', async () => {
  const fleet = await afterScaleIn(2, { WARM_POOL_SIZE: '2' });
  await fleet.after(5);
  fleet.queue(20);
  fleet.cloud.startMachines = async () => true; // EC2 shows them as stopped for a while
  expect(await fleet.after(5)).toBe('+3: backlog 20, 1 ready, 2 from the warm pool');
  expect(fleet.cloud.launches.at(-1)).toMatchObject({ count: 1 });
  expect(await fleet.after(5)).toBe('hold: backlog 20, 1 ready, 1 booting, 2 launching');
});

it('a machine that was started again boots, whatever it said before it was stopped', async () => {
  const fleet = await afterScaleIn(1, { WARM_POOL_SIZE: '1' });
  await fleet.after(5);
  fleet.queue(10);
  await fleet.after(5);
  expect(await fleet.after(5)).toBe('hold: backlog 10, 1 ready, 1 booting');
  fleet.boot();
  expect(await fleet.after(5)).toBe('hold: backlog 10, 2 ready');
});

it('a machine that EC2 cannot start is no reserve: it ends, and another is launched', async () => {
  const fleet = await afterScaleIn(1, { WARM_POOL_SIZE: '1' });
  await fleet.after(5);
  fleet.queue(10);
  fleet.cloud.startMachines = async () => false;
  expect(await fleet.after(5)).toBe('+1: backlog 10, 1 ready, 1 from the warm pool');
  expect(await fleet.after(5)).toBe('+1: backlog 10, 1 ready');
  expect(statesOf(fleet)).toEqual(['pending', 'running', 'terminated']);
});

it('keeps no machine of an older template, nor more than it is to have', async () => {
  const fleet = await afterScaleIn(2, { WARM_POOL_SIZE: '2' });
  await fleet.after(5);
  fleet.deploy({ WARM_POOL_SIZE: '1' });
  expect(await fleet.after(5)).toBe('hold: backlog 0, 1 ready, 1 ended');
  fleet.deploy({ WARM_POOL_SIZE: '1', LAUNCH_TEMPLATE_VERSION: '2' });
  expect(await fleet.after(5)).toContain('1 ended');
  expect(fleet.cloud.state?.parked).toBe(1);
  await fleet.after(5);
  expect(fleet.cloud.state?.parked).toBe(0);
});

it('without one nobody is told to park', async () => {
  const fleet = modelFleet();
  fleet.queue(10);
  await fleet.after(5);
  fleet.boot();
  fleet.queue(0);
  await fleet.after(5);
  expect(fleet.cloud.messages).toEqual([{ id: expect.any(String) }]);
});
