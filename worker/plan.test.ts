import { expect, it } from 'vitest';
import type { StoredOutcome } from '../shared/results.ts';
import { needsLookUp, planFor } from './plan.ts';

const stored: StoredOutcome = {
  v: 1,
  requestId: 'id',
  tenant: 'tenant',
  outcome: { type: 'error', error: { code: 'TIMEOUT', message: '', retryable: true } },
};
const early = { deadline: 1_000, now: 999 };
const late = { deadline: 1_000, now: 1_000 };

it('looks up what it sees again, and nothing else', () => {
  expect([1, 2, 3, 4].map(needsLookUp)).toEqual([false, true, true, true]);
});

it.each([
  ['a new one is run', { receiveCount: 1, stored: undefined, ...early }, { kind: 'run', bury: false }],
  [
    'so is one that was received three times',
    { receiveCount: 3, stored: undefined, ...early },
    { kind: 'run', bury: false },
  ],
  [
    'the fourth receive is given up',
    { receiveCount: 4, stored: undefined, ...early },
    { kind: 'give-up', bury: true },
  ],
  [
    'one past its deadline is not run',
    { receiveCount: 1, stored: undefined, ...late },
    { kind: 'time-out', bury: false },
  ],
  [
    'on the fourth receive it is buried, too',
    { receiveCount: 4, stored: undefined, ...late },
    { kind: 'time-out', bury: true },
  ],
  [
    'one that is done is answered, be it late',
    { receiveCount: 2, stored, ...late },
    { kind: 'answer', stored },
  ],
  ['or the fourth time', { receiveCount: 4, stored, ...early }, { kind: 'answer', stored }],
])('%s', (_name, situation, plan) => {
  expect(planFor(situation)).toEqual(plan);
});
