import type { Instance, InstanceStateName } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TAGS } from '../shared/tags.ts';
import { readMachine } from './machine.ts';

const read = (
  tags: Record<string, string>,
  state: InstanceStateName = 'running',
  more: Partial<Instance> = {},
) =>
  readMachine({
    InstanceId: 'i-1',
    State: { Name: state },
    LaunchTime: new Date(100_000),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    ...more,
  });

it('is read from its tags', () => {
  expect(
    read({
      Name: 'a worker',
      [TAGS.state]: 'ready',
      [TAGS.launch]: 'dev-5000',
      [TAGS.serviceMs]: '23.5',
      [TAGS.seen]: '2026-11-20T12:00:00.000Z',
      'aws:ec2launchtemplate:version': '7',
    }),
  ).toEqual({
    id: 'i-1',
    phase: 'ready',
    launchedAt: 100_000,
    seenAt: Date.UTC(2026, 10, 20, 12),
    serviceMs: 23.5,
    heldMs: undefined,
    readyAt: undefined,
    launchToken: 'dev-5000',
    terminateId: undefined,
    version: 7,
    spot: false,
    booted: true,
  });
});
it('boots until it says otherwise', () => {
  expect(read({})?.phase).toBe('booting');
  expect(read({ [TAGS.state]: 'booting' })?.phase).toBe('booting');
});
it.each(['shutting-down', 'terminated', 'stopping', 'stopped'] as const)(
  'is gone when it is %s, whatever its tags say',
  (state) => {
    expect(read({ [TAGS.state]: 'ready' }, state)?.phase).toBe('gone');
  },
);
it.each(['stopping', 'stopped'] as const)('that parked, and is %s, is in the warm pool', (state) => {
  expect(read({ [TAGS.state]: 'parking' }, state)?.phase).toBe(state);
  expect(read({ [TAGS.state]: 'parking' }, 'terminated')?.phase).toBe('gone');
});
it('that was started again boots, whatever its worker said before', () => {
  const before = { [TAGS.state]: 'parking', [TAGS.terminateId]: 't-1', [TAGS.seen]: '98000' };
  expect(read(before)).toMatchObject({ phase: 'booting', terminateId: undefined });
  expect(read({ ...before, [TAGS.seen]: '98001' })?.phase).toBe('parking');
});
it('whose worker was never ready has failed to boot once it is gone, unless its market took it back', () => {
  expect(read({}, 'running')?.booted).toBeUndefined();
  expect(read({}, 'terminated')?.booted).toBe(false);
  expect(read({ [TAGS.state]: 'draining' }, 'terminated')?.booted).toBe(true);
  const taken = { StateReason: { Code: 'Server.SpotInstanceTermination' } };
  expect(read({}, 'terminated', taken)?.booted).toBeUndefined();
});
it('drains as soon as it shows a terminate message, though its state still says ready', () => {
  expect(read({ [TAGS.state]: 'ready', [TAGS.terminateId]: 't-1' })?.phase).toBe('draining');
});
it('may say in ms when it was seen', () => {
  expect(read({ [TAGS.seen]: '1763640000000' })?.seenAt).toBe(1763640000000);
});
it.each(['', 'soon', '-3', '0', 'NaN', 'Infinity'])('with service-ms "%s" has not measured', (text) => {
  expect(read({ [TAGS.serviceMs]: text })?.serviceMs).toBeUndefined();
});
it('whatever its tags say is read without throwing, and without a number that is none', () => {
  const keys = fc.oneof(fc.constantFrom(...Object.values(TAGS)), fc.string());
  fc.assert(
    fc.property(fc.dictionary(keys, fc.string()), (tags) => {
      const machine = read(tags);
      expect(['booting', 'ready', 'draining', 'parking']).toContain(machine?.phase);
      for (const time of [machine?.seenAt, machine?.serviceMs]) expect(Number.isFinite(time ?? 0)).toBe(true);
    }),
  );
});
it('without an id is none', () => {
  expect(readMachine({})).toBeUndefined();
});
