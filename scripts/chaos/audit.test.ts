import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import type { ErrorCode } from '../../shared/errors.ts';
import type { OutcomeMessage } from '../../shared/protocol.ts';
import type { StoredOutcome } from '../../shared/results.ts';
import { audit, type Evidence } from './audit.ts';

const id = uuidv7();
const failed = (code: ErrorCode): OutcomeMessage => ({
  type: 'error',
  requestId: id,
  imageUrl: 'http://example.org/a.jpg',
  error: { code, message: 'It went wrong.', retryable: false },
});
const outcome = failed('DOWNLOAD_FAILED');

/** A run of one request in which all is as it should be, but for what is said. */
function evidence(
  changes: Partial<Evidence> & { ends?: OutcomeMessage; tries?: Partial<PutOf>[] } = {},
): Evidence {
  const { ends = outcome, tries = [{}], ...rest } = changes;
  const stored: StoredOutcome = { v: 1, requestId: id, tenant: 'public', digest: 'd', outcome: ends };
  const put = { status: 200, conditional: true, body: JSON.stringify(stored), at: Date.now() };
  return {
    requestTimeoutSeconds: 120,
    accepted: new Set([id]),
    queued: new Set([id]),
    puts: new Map([[id, tries.map((change) => ({ ...put, ...change }))]]),
    receives: new Map([[id, 1]]),
    buried: new Set(),
    stored: new Map([[id, stored]]),
    told: new Map([[id, [{ ...ends, clientRef: 'mine' }]]]),
    resumed: new Map([[id, ends]]),
    missed: [],
    ...rest,
  };
}
type PutOf = { status: number; conditional: boolean; body: string };

test('a run in which every promise held is passed', () => {
  expect(audit(evidence())).toEqual([]);
  expect(audit(evidence({ tries: [{ status: 412 }, {}, { status: 412 }] }))).toEqual([]);
  expect(audit(evidence({ told: new Map() }))).toEqual([]); // its client is gone for good
});

test.each([
  ['lost', { stored: new Map() }],
  ['never queued', { queued: new Set<string>() }],
  ['nobody asked', { queued: new Set<string>(), accepted: new Set<string>() }],
  ['stored 2 times', { tries: [{}, {}] }],
  ['stored 0 times', { tries: [{ status: 412 }] }],
  ['without a condition', { tries: [{ conditional: false }] }],
  ['overwritten', { tries: [{ body: '{"v":1}' }] }],
  ['told otherwise', { told: new Map([[id, [outcome, failed('INTERNAL')]]]) }],
  [
    'told otherwise',
    { told: new Map([[id, [{ type: 'problem' as const, requestId: id, code: 'INTERNAL' }]]]) },
  ],
  ['resumed otherwise', { resumed: new Map([[id, failed('TIMEOUT')]]) }],
  ['not answered', { resumed: new Map() }],
  ['never told', { missed: [{ requestId: id, client: 'stays' }] }],
  ['not received four times', { ends: failed('INTERNAL'), buried: new Set([id]) }],
  ['not among the dead letters', { ends: failed('INTERNAL'), receives: new Map([[id, 4]]) }],
  ['before its deadline', { ends: failed('TIMEOUT') }],
  ['is FORBIDDEN_URL', { ends: failed('FORBIDDEN_URL') }],
])('one that is %s is found', (what, changes) => {
  expect(audit(evidence(changes)).join('\n')).toContain(what);
});

test('an INTERNAL with four receives behind it, and a TIMEOUT past the deadline, are what they should be', () => {
  const buried = new Set([id]);
  const receives = new Map([[id, 4]]);
  expect(audit(evidence({ ends: failed('INTERNAL'), buried, receives }))).toEqual([]);
  const late = evidence({ ends: failed('TIMEOUT'), requestTimeoutSeconds: 0 });
  expect(audit(late)).toEqual([]);
});
