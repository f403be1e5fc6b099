import { expect, it } from 'vitest';
import type { OutcomeMessage } from '../shared/protocol.ts';
import { responseTo } from './answer.ts';
import { jobFor } from './testing/jobs.ts';

const job = jobFor('https://example.com/a.jpg', { clientRef: 'mine', connectionId: 'connection' });
const { requestId, tenant, digest, imageUrl } = job;
const outcome: OutcomeMessage = {
  type: 'error',
  requestId,
  imageUrl,
  error: { code: 'DOWNLOAD_FAILED', message: 'No.', retryable: false },
};
const stored = { v: 1, requestId, tenant, digest, outcome };

it("sends the stored outcome with the job's own reference", () => {
  expect(responseTo(job, stored)).toEqual({
    v: 1,
    requestId,
    tenant,
    connectionId: 'connection',
    awaited: false,
    outcome: { ...outcome, clientRef: 'mine' },
  });
  const { clientRef, ...withoutRef } = job;
  expect(
    responseTo(withoutRef, { ...stored, outcome: { ...outcome, clientRef } }).outcome.clientRef,
  ).toBeUndefined();
});

it('tells whether somebody listens', () => {
  expect(responseTo(job, { ...stored, awaited: true })).toMatchObject({ awaited: true });
});

it('sends a TIMEOUT that was stored for the id alone, completed', () => {
  const error = { code: 'TIMEOUT' as const, message: 'Late.', retryable: true };
  const timeout = { v: 1, requestId, tenant, outcome: { type: 'error' as const, requestId, error } };
  expect(responseTo(job, timeout).outcome).toEqual({
    type: 'error',
    requestId,
    imageUrl,
    clientRef: 'mine',
    error,
  });
});

it.each([
  ['another request', { ...stored, digest: 'other' }],
  ["another tenant's", { ...stored, tenant: 'other' }],
])('answers CONFLICT where the outcome under the id is %s', (_name, theirs) => {
  const response = responseTo(job, theirs);
  expect(response).toMatchObject({ tenant, connectionId: 'connection' });
  expect(response.outcome).toMatchObject({
    type: 'error',
    requestId,
    imageUrl,
    clientRef: 'mine',
    error: { code: 'CONFLICT' },
  });
});
