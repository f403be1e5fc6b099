import { expect, test } from 'vitest';
import type { Call } from './call.ts';
import { type Fault, FaultPlan } from './fault-plan.ts';
import { Outages } from './outages.ts';

const put: Call = { service: 's3', operation: 'PUT', target: 'results' };
const push: Call = { service: 'push', operation: 'POST', target: '' };
const none = { at: () => undefined };
const faultsOf = (plan: FaultPlan, call: Call, calls: number, atMs = 0) =>
  Array.from({ length: calls }, () => plan.next(call, atMs).fault);

test('a seed gives the same faults again, and another seed others; whatever other calls come in between', () => {
  const plan = (seed: number) => new FaultPlan({ seed, share: 0.2, outages: none });
  const alone = faultsOf(plan(1), put, 500);
  const mixed = plan(1);
  const between = Array.from({ length: 500 }, () => {
    mixed.next(push, 0);
    return mixed.next(put, 0).fault;
  });
  expect(between).toEqual(alone);
  expect(faultsOf(plan(2), put, 500)).not.toEqual(alone);
});

test('as many calls meet a fault as were asked for, of every kind', () => {
  const faults = faultsOf(new FaultPlan({ seed: 3, share: 0.1, outages: none }), put, 20_000);
  const met = faults.filter((fault): fault is Fault => fault !== undefined);
  expect(met.length / faults.length).toBeCloseTo(0.1, 2);
  expect(new Set(met.map(({ kind }) => kind))).toEqual(new Set(['refuse', 'reset', 'lose', 'hang', 'part']));
});

test('while something is out, all calls to it are refused and no others', () => {
  const outages = new Outages(1);
  const [bucket] = outages.until(10_000);
  if (bucket?.name !== 'bucket') throw new Error('the bucket is the first to fail');
  const plan = new FaultPlan({ seed: 4, share: 0, outages });
  expect(faultsOf(plan, put, 20, bucket.fromMs)).toEqual(
    Array.from({ length: 20 }, () => expect.objectContaining({ kind: 'refuse' })),
  );
  const nothing = Array(20).fill(undefined);
  expect(faultsOf(plan, push, 20, bucket.fromMs)).toEqual(nothing);
  expect(faultsOf(plan, put, 20, bucket.toMs)).toEqual(nothing);
  expect(faultsOf(plan, put, 20, bucket.fromMs - 1)).toEqual(nothing);
});

test('a long load meets every outage, and there is time between two', () => {
  const all = new Outages(2).until(120_000);
  expect(new Set(all.map(({ name }) => name)).size).toBe(7);
  for (const [n, { toMs }] of all.entries()) expect(all[n + 1]?.fromMs ?? toMs + 1).toBeGreaterThan(toMs);
});
