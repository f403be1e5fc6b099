import { ChildProcess } from 'node:child_process';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { InstanceDetails } from './instance.ts';
import { Instances } from './instances.ts';

const instanceId = 'i-0123456789abcdef0';

/** A process that notes its signals and exits when the test says so. */
class FakeProcess extends ChildProcess {
  signals: (NodeJS.Signals | number | undefined)[] = [];
  override kill(signal?: NodeJS.Signals | number): boolean {
    this.signals.push(signal);
    return true;
  }
}

function launch(shutdownBehavior: InstanceDetails['shutdownBehavior'] = 'terminate') {
  const child = new FakeProcess();
  const boot = { launch: () => child, bootDelayMs: () => 100, log: () => {} };
  const instances = new Instances(boot, 1);
  const instance = instances.launch({
    instanceId,
    reservationId: 'r-1',
    instanceType: 'c7i.large',
    imageId: 'ami-1',
    availabilityZone: 'us-east-1a',
    subnetId: undefined,
    lifecycle: 'on-demand',
    shutdownBehavior,
    launchTemplate: { id: 'lt-1', name: 'one', version: 1 },
    userData: '',
    tags: {},
  });
  return { instances, instance, child };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('kills a machine that ignores its termination for 10 s', () => {
  const { instance, child } = launch();
  vi.advanceTimersByTime(100);
  instance.terminate();
  vi.advanceTimersByTime(9_999);
  expect(child.signals).toEqual(['SIGTERM']);
  expect(instance.state).toBe('shutting-down');
  vi.advanceTimersByTime(1);
  expect(child.signals).toEqual(['SIGTERM', 'SIGKILL']);
  child.emit('exit', null, 'SIGKILL');
  expect(instance.state).toBe('terminated');
});

it('stops, instead of terminating, a machine that shuts itself down when its template says so', () => {
  const { instance, child } = launch('stop');
  vi.advanceTimersByTime(100);
  child.emit('exit', 0, null);
  expect(instance.state).toBe('stopped');
});

it('ends for good a stopping machine that is terminated meanwhile', () => {
  const { instance, child } = launch();
  vi.advanceTimersByTime(100);
  instance.halt();
  instance.terminate();
  child.emit('exit', 0, null);
  expect(instance.state).toBe('terminated');
});

it('shows a terminated machine for 10 minutes, then forgets it', () => {
  const { instances, instance } = launch();
  instance.terminate();
  vi.advanceTimersByTime(600_000);
  expect(instances.all()).toEqual([instance]);
  vi.advanceTimersByTime(1);
  expect(instances.all()).toEqual([]);
  expect(() => instances.get([instanceId])).toThrow(
    expect.objectContaining({ code: 'InvalidInstanceID.NotFound' }),
  );
});

it('has room again for another machine once one is on its way out', () => {
  const { instances, instance } = launch();
  expect(instances.headroom).toBe(0);
  instance.terminate();
  expect(instances.headroom).toBe(1);
});

it('terminates a machine whose program cannot be started', () => {
  const { instance, child } = launch();
  vi.advanceTimersByTime(100);
  child.emit('error', new Error('spawn ENOENT'));
  expect(instance.state).toBe('terminated');
  expect(instance.stateReason?.message).toContain('ENOENT');
});
