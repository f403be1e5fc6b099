import { beforeAll, expect, test } from 'vitest';
import { useBuckets } from '../local/aws/testing/buckets.ts';
import { ServiceError } from './errors.ts';
import { lookUp } from './look-up.ts';
import type { OutcomeMessage } from './protocol.ts';
import { newRequestId } from './request-id.ts';
import { Results } from './results.ts';

const newBucket = useBuckets();
let results: Results;
beforeAll(async () => {
  results = new Results(await newBucket());
});

const outcome = (requestId: string, message: string): OutcomeMessage => ({
  type: 'error',
  requestId,
  error: { code: 'INTERNAL', message, retryable: true },
});
/** An id whose time lies some ms ago. */
const idFrom = (msAgo: number) => {
  const hex = (Date.now() - msAgo).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};

test('of two outcomes the first that is stored wins, and both writers are given it', async () => {
  const requestId = newRequestId('a', 'digest');
  const store = (who: string) =>
    results.store({ requestId, tenant: 'a', digest: 'd', outcome: outcome(requestId, who) });
  const given = await Promise.all(['one', 'two', 'three'].map(store));
  expect(new Set(given.map((one) => JSON.stringify(one))).size).toBe(1);
  expect(await results.find(requestId)).toEqual(given[0]);
});

test('of two requests with the same id the first one holds the claim', async () => {
  const requestId = newRequestId('a', 'digest');
  const first = { tenant: 'a', digest: 'one' };
  expect(await results.claim(requestId, first)).toEqual({ isNew: true, claim: first });
  expect(await results.claim(requestId, { tenant: 'a', digest: 'two' })).toEqual({
    isNew: false,
    claim: first,
  });
});

test('of connections that begin to listen at once none is lost, and none stands twice', async () => {
  const requestId = newRequestId('a', 'digest');
  const all = Array.from({ length: 12 }, (_, n) => ({ connectionId: `c${n}`, tenant: 'a' }));
  await Promise.all([...all, ...all].map((one) => results.listen(requestId, one)));
  const listeners = await results.listeners(requestId);
  expect(listeners.map(({ connectionId }) => connectionId).sort()).toEqual(
    all.map(({ connectionId }) => connectionId).sort(),
  );
});

test('who stores an outcome learns whether somebody listens for it; a mark is no outcome', async () => {
  const [heard, unheard] = [newRequestId('a', 'digest'), newRequestId('a', 'digest')];
  const store = (requestId: string) =>
    results.store({ requestId, tenant: 'a', digest: 'd', outcome: outcome(requestId, 'mine') });
  await results.listen(heard, { connectionId: 'c', tenant: 'a' });
  expect(await results.find(heard)).toBeUndefined();
  expect(await lookUp(results, heard, 'a', 10)).toBeUndefined();
  expect(await store(heard)).toMatchObject({ awaited: true, outcome: outcome(heard, 'mine') });
  expect(await results.find(heard)).toEqual(await store(heard)); // a second writer learns it, too
  expect(await store(unheard)).not.toHaveProperty('awaited');
});

test('of a listener and an outcome that come at once one always finds the other', async () => {
  const meet = async () => {
    const requestId = newRequestId('a', 'digest');
    const listening = async () => {
      await results.listen(requestId, { connectionId: 'c', tenant: 'a' });
      return results.find(requestId);
    };
    const storing = results.store({ requestId, tenant: 'a', digest: 'd', outcome: outcome(requestId, '') });
    const [found, stored] = await Promise.all([listening(), storing]);
    return found !== undefined || stored.awaited === true;
  };
  expect(await Promise.all(Array.from({ length: 100 }, meet))).toEqual(Array(100).fill(true));
});

test('looking up: nothing yet before the deadline, TIMEOUT stored for good after it', async () => {
  expect(await lookUp(results, idFrom(9_000), 'a', 10)).toBeUndefined();
  const late = idFrom(11_000);
  const answer = await lookUp(results, late, 'a', 10);
  expect(answer).toMatchObject({ type: 'error', requestId: late, error: { code: 'TIMEOUT' } });
  const worker = await results.store({
    requestId: late,
    tenant: 'a',
    digest: 'd',
    outcome: outcome(late, 'too late'),
  });
  expect(worker.outcome).toEqual(answer);
});

test("another tenant's id is unknown, whether it is done or past its deadline", async () => {
  const requestId = newRequestId('a', 'digest');
  await results.store({ requestId, tenant: 'a', digest: 'd', outcome: outcome(requestId, 'mine') });
  await expect(lookUp(results, requestId, 'b', 10)).rejects.toThrow(ServiceError);
  await expect(lookUp(results, requestId, 'b', 10)).rejects.toMatchObject({ code: 'UNKNOWN_REQUEST' });
  expect(await lookUp(results, requestId, 'a', 10)).toMatchObject({ requestId });
});

test('so is an id that another tenant brought, while its outcome is still to come', async () => {
  const requestId = idFrom(1_000);
  expect(await lookUp(results, requestId, 'b', 10)).toBeUndefined(); // nobody's yet
  await results.claim(requestId, { tenant: 'a', digest: 'd' });
  await expect(lookUp(results, requestId, 'b', 10)).rejects.toMatchObject({ code: 'UNKNOWN_REQUEST' });
  expect(await lookUp(results, requestId, 'a', 10)).toBeUndefined();
});

test('who asks for the id of another, past its deadline, does not make it theirs', async () => {
  const madeHere = newRequestId('a', 'digest');
  const brought = idFrom(11_000);
  await results.claim(brought, { tenant: 'a', digest: 'd' });
  for (const requestId of [madeHere, brought]) {
    const late = Date.now() + 11_000;
    await expect(lookUp(results, requestId, 'b', 10, late)).rejects.toMatchObject({
      code: 'UNKNOWN_REQUEST',
    });
    expect(await lookUp(results, requestId, 'a', 10, late)).toMatchObject({ error: { code: 'TIMEOUT' } });
    await expect(lookUp(results, requestId, 'b', 10, late)).rejects.toMatchObject({
      code: 'UNKNOWN_REQUEST',
    });
  }
});
