import { beforeEach, expect, it, vi } from 'vitest';
import { TAGS } from '../shared/tags.ts';
import { modelFleet } from './testing/model-fleet.ts';

beforeEach(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true));

const versionsOf = (fleet: ReturnType<typeof modelFleet>) =>
  fleet.cloud.hands.map(({ tags }) => `${tags['aws:ec2launchtemplate:version']} ${tags[TAGS.state]}`).sort();

async function fleetOf(count: number, settings: NodeJS.ProcessEnv = {}) {
  const fleet = modelFleet(settings);
  fleet.queue(5 * count);
  await fleet.after(5);
  fleet.boot();
  await fleet.after(5);
  return fleet;
}

it('a new template’s workers are ready before the older ones go, one message for each', async () => {
  const fleet = await fleetOf(3);
  fleet.deploy({ LAUNCH_TEMPLATE_VERSION: '2' });
  expect(await fleet.after(5)).toBe('+3: backlog 15, 0 ready, 3 of an older template');
  expect(await fleet.after(5)).toBe('hold: backlog 15, 0 ready, 3 booting, 3 of an older template');
  expect(fleet.cloud.messages).toEqual([]);
  fleet.boot();
  expect(await fleet.after(5)).toBe('-3: backlog 15, 3 ready');
  expect(fleet.cloud.messages.map(({ launchTemplateVersion }) => launchTemplateVersion)).toEqual([2, 2, 2]);
  expect(await fleet.after(5)).toBe('hold: backlog 15, 3 ready');
  fleet.obey();
  expect(await fleet.after(5)).toBe('hold: backlog 15, 3 ready');
  expect(versionsOf(fleet)).toEqual(['2 ready', '2 ready', '2 ready']);
});

it('as many older ones go as new ones are ready', async () => {
  const fleet = await fleetOf(3);
  fleet.deploy({ LAUNCH_TEMPLATE_VERSION: '2' });
  await fleet.after(5);
  const [first] = fleet.cloud.up.filter(({ state }) => state === 'pending');
  if (first) fleet.cloud.say(first, 'ready');
  expect(await fleet.after(5)).toContain('-1: ');
  expect(fleet.cloud.messages).toHaveLength(1);
});

it('a message that nobody took in time is sent again', async () => {
  const fleet = await fleetOf(1);
  fleet.deploy({ LAUNCH_TEMPLATE_VERSION: '2' });
  await fleet.after(5);
  fleet.boot();
  await fleet.after(5);
  fleet.cloud.messages = [];
  await fleet.after(10);
  expect(fleet.cloud.messages).toHaveLength(1);
});

it('where MAX_WORKERS leaves no room, a few go first, and never more than a tenth are missing', async () => {
  const fleet = await fleetOf(10, { MAX_WORKERS: '10' });
  fleet.deploy({ LAUNCH_TEMPLATE_VERSION: '2', MAX_WORKERS: '10' });
  for (let i = 0; i < 60 && versionsOf(fleet).some((version) => version.startsWith('1')); i++) {
    await fleet.after(5);
    fleet.obey();
    expect(fleet.cloud.hands.length).toBeLessThanOrEqual(10);
    expect(versionsOf(fleet).filter((version) => version.endsWith('ready')).length).toBeGreaterThanOrEqual(9);
    if (i % 3 === 2) fleet.boot();
  }
  for (let i = 0; i < 6; i++) {
    await fleet.after(5);
    fleet.boot();
  }
  expect(versionsOf(fleet)).toEqual(Array(10).fill('2 ready'));
});

it('a new template whose machines do not come up leaves the older ones at work', async () => {
  const fleet = await fleetOf(3);
  fleet.deploy({ LAUNCH_TEMPLATE_VERSION: '2' });
  for (let i = 0; i < 40; i++) {
    await fleet.after(5);
    fleet.crash();
    fleet.obey();
  }
  expect(versionsOf(fleet)).toEqual(['1 ready', '1 ready', '1 ready']);
  expect(fleet.cloud.state?.failedBoots?.count).toBeGreaterThanOrEqual(3);
});

it('a machine that does not tell its version is left alone, as is a newer one', async () => {
  const fleet = await fleetOf(2);
  const [a, b] = fleet.cloud.up;
  if (a) a.tags['aws:ec2launchtemplate:version'] = 'none';
  if (b) b.tags['aws:ec2launchtemplate:version'] = '9';
  fleet.deploy({ LAUNCH_TEMPLATE_VERSION: '2' });
  expect(await fleet.after(5)).toBe('hold: backlog 10, 2 ready');
});

it('who was told to go and did not hear it makes no room beyond MAX_WORKERS', async () => {
  const fleet = await fleetOf(1, { MAX_WORKERS: '1' });
  fleet.deploy({ LAUNCH_TEMPLATE_VERSION: '2', MAX_WORKERS: '1' });
  expect(await fleet.after(5)).toContain('-1: ');
  expect(await fleet.after(5)).toContain('hold: ');
  expect(fleet.cloud.hands).toHaveLength(1);
  fleet.obey();
  expect(await fleet.after(5)).toContain('+1: ');
});
