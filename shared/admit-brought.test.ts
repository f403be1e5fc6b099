import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestCloud, type TestCloud } from '../worker/testing/cloud.ts';
import { jobFor } from '../worker/testing/jobs.ts';
import { admitBrought } from './admit-brought.ts';
import { ServiceError } from './errors.ts';
import type { OutcomeMessage } from './protocol.ts';
import { newRequestId } from './request-id.ts';
import { Results } from './results.ts';

let cloud: TestCloud;
let results: Results;
beforeAll(async () => {
  cloud = await startTestCloud();
  results = new Results(cloud.config.BUCKET);
});
beforeEach(() => {
  cloud.recorder.calls.length = 0;
});
afterAll(() => cloud.stop());

const job = (fields: Partial<Parameters<typeof admitBrought>[0]> = {}) => ({
  ...jobFor('https://a.example/b.jpg', { tenant: 'ann' }),
  requestId: v7(),
  ...fields,
});
const admits = () => {};
const refuses = () => {
  throw new ServiceError('OVERLOADED');
};
async function finish({ requestId, tenant, digest }: ReturnType<typeof job>): Promise<OutcomeMessage> {
  const error = { code: 'DOWNLOAD_FAILED' as const, message: 'It went wrong.', retryable: false };
  const outcome: OutcomeMessage = { type: 'error', requestId, error };
  await results.store({ requestId, tenant, digest, outcome });
  cloud.recorder.calls.length = 0;
  return outcome;
}

test('a new id is claimed, and nothing is looked up', async () => {
  expect(await admitBrought(job(), results, admits)).toBeUndefined();
  expect(cloud.recorder.calls).toEqual(['PUT claims']);
});

test('one that is brought again is answered with its outcome, once there is one, though there is too much to do', async () => {
  const one = job();
  await admitBrought(one, results, admits);
  expect(await admitBrought(one, results, admits)).toBeUndefined();
  const outcome = await finish(one);
  expect(await admitBrought(one, results, admits)).toEqual(outcome);
  expect(await admitBrought(one, results, refuses)).toEqual(outcome);
});

test('one that is refused is not claimed: another request may bring it', async () => {
  const one = job();
  await expect(admitBrought(one, results, refuses)).rejects.toMatchObject({ code: 'OVERLOADED' });
  expect(cloud.recorder.calls).toEqual(['GET results']);
  expect(await admitBrought({ ...one, digest: 'another' }, results, admits)).toBeUndefined();
});

test.each([{ digest: 'another' }, { tenant: 'bob' }])(
  'no other request gets what is claimed, or done: %o',
  async (other) => {
    const conflict = { code: 'CONFLICT' };
    const one = job();
    await admitBrought(one, results, admits);
    await expect(admitBrought({ ...one, ...other }, results, admits)).rejects.toMatchObject(conflict);
    await finish(one);
    for (const admit of [admits, refuses])
      await expect(admitBrought({ ...one, ...other }, results, admit)).rejects.toMatchObject(conflict);
  },
);

describe('an id that was made here, and never claimed', () => {
  const { tenant, digest } = job();
  const madeHere = () => job({ requestId: newRequestId(tenant, digest) });

  test('is answered with its outcome where it is done', async () => {
    const one = madeHere();
    const outcome = await finish(one);
    expect(await admitBrought(one, results, admits)).toEqual(outcome);
    expect(cloud.recorder.calls).toEqual(['GET results']);
  });
  test('may be brought for the request it was made for, and for no other', async () => {
    const one = madeHere();
    expect(await admitBrought(one, results, admits)).toBeUndefined();
    await expect(admitBrought({ ...madeHere(), digest: 'another' }, results, admits)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});
