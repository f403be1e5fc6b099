import { describe, expect, it } from 'vitest';
import { failedIn } from './batch-failures.ts';

const batch = ['a', 'b', 'c'];
const naming = (...ids: unknown[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

describe('failedIn', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['a null list', { batchItemFailures: null }],
    ['an empty list', naming()],
  ])('takes the whole batch as done where the answer is %s', (_what, answer) => {
    expect([...failedIn(answer, batch)]).toEqual([]);
  });

  it('takes only the messages that are named as failed', () => {
    expect([...failedIn(naming('b'), batch)]).toEqual(['b']);
  });

  it.each([
    ['names a message of another batch', naming('a', 'x')],
    ['names an empty id', naming('')],
    ['names no string', naming(7)],
    ['is a string', 'done'],
  ])('takes the whole batch as failed where the answer %s', (_what, answer) => {
    expect([...failedIn(answer, batch)]).toEqual(batch);
  });
});
