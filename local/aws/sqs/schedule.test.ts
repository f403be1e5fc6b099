import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Due, Schedule } from './schedule.ts';

it('gives up its items in the order in which they fall due, whatever was taken out before', () => {
  const items = fc.array(fc.record({ dueAt: fc.nat(50), removed: fc.boolean() }));
  fc.assert(
    fc.property(items, (plan) => {
      const schedule = new Schedule<Due>();
      const made = plan.map(({ dueAt, removed }) => ({ dueAt, removed, slot: -1 }));
      for (const item of made) schedule.add(item, item.dueAt);
      for (const item of made) if (item.removed) schedule.remove(item);
      const left = made.filter((item) => !item.removed).map((item) => item.dueAt);
      expect(schedule.size).toBe(left.length);
      const shifted: number[] = [];
      for (let item = schedule.shiftDue(50); item !== undefined; item = schedule.shiftDue(50))
        shifted.push(item.dueAt);
      expect(shifted).toEqual(left.sort((a, b) => a - b));
    }),
  );
});

it('gives up nothing before its time', () => {
  const schedule = new Schedule<Due>();
  schedule.add({ dueAt: 0, slot: -1 }, 10);
  expect(schedule.nextDueAt).toBe(10);
  expect(schedule.shiftDue(9)).toBeUndefined();
  expect(schedule.shiftDue(10)).toBeDefined();
  expect(schedule.nextDueAt).toBe(Number.POSITIVE_INFINITY);
});
