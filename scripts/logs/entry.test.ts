import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { countAnswers, traceOf } from '../../shared/count-answers.ts';
import { embedMetrics } from '../../shared/emf.ts';
import type { ServerMessage } from '../../shared/protocol.ts';
import { inWords, timeOf, toJson } from './entry.ts';

const acceptedAt = Date.UTC(2026, 10, 23, 18);
const id = v7({ msecs: acceptedAt });
const line = (level: string, event: string, fields: object) =>
  JSON.stringify({ time: new Date(acceptedAt + 12).toISOString(), level, event, ...fields });
const entry = (text: string, source = 'classify') => ({ at: acceptedAt + 12, source, line: text });

test('a line is told with its time, what had passed since acceptance, and who wrote it', () => {
  const pushed = line('info', 'pushed', { requestId: id, tenant: 'ann', connections: 1 });
  expect(inWords(entry(pushed, 'push-results'), id)).toBe(
    '18:00:00.012      12 ms  push-results  pushed tenant=ann connections=1',
  );
});

test('of a line about a batch it tells this request’s part alone, and no metrics', () => {
  const others = [v7(), v7()];
  const answers = [others[0], id, others[1]].map(
    (requestId): ServerMessage => ({
      type: 'accepted',
      requestId: requestId ?? '',
      imageUrl: 'http://a.test/',
      position: 0,
      etaMs: 0,
    }),
  );
  const metrics = embedMetrics('prod', countAnswers(answers));
  const text = line('info', 'classify', { connectionId: 'c', answers: traceOf(answers), ...metrics });
  expect(inWords(entry(text), id)).toMatch(/classify connectionId=c type=accepted$/);
  expect(JSON.parse(toJson(entry(text)))).toEqual({
    at: acceptedAt + 12,
    source: 'classify',
    ...JSON.parse(text),
  });
});

test('what went wrong stands out, its error without the stack', () => {
  const error = { name: 'Error', message: 'S3 is away', stack: 'Error: S3 is away\n at …' };
  const told = inWords(entry(line('warn', 'step failed', { requestId: id, step: 'storing', error })), id);
  expect(told).toMatch(/WARN step failed step=storing error=\{"name":"Error","message":"S3 is away"\}$/);
});

test('a line that is not ours is told as it is', () => {
  const text = `18:20:01.123   job requestId=${id} plan=run`;
  expect(inWords({ at: undefined, source: '', line: text }, id)).toContain(text);
  expect(JSON.parse(toJson({ at: undefined, source: '', line: text }))).toEqual({ line: text });
  expect(timeOf(text)).toBeUndefined();
});
