import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Deque } from './deque.ts';

it('behaves as an array does, through growing and shrinking', () => {
  const steps = fc.array(fc.constantFrom('push', 'push', 'unshift', 'shift'), { maxLength: 300 });
  fc.assert(
    fc.property(steps, (plan) => {
      const deque = new Deque<number>();
      const array: number[] = [];
      for (const [i, step] of plan.entries()) {
        if (step === 'shift') expect(deque.shift()).toBe(array.shift());
        else {
          deque[step](i);
          array[step](i);
        }
        expect(deque.size).toBe(array.length);
        expect(deque.peek()).toBe(array[0]);
      }
    }),
  );
});
