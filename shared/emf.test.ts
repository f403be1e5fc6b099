import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { embedMetrics } from './emf.ts';
import { emfDocument } from './testing/emf-document.ts';

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.resetModules();
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it('says which of a line’s fields are metrics, as CloudWatch wants it', () => {
  const fields = embedMetrics('prod', { Backlog: 41, QueueMs: [3, 4], Errors_TIMEOUT: 2 }, 1000);
  expect(fields).toEqual({
    _aws: {
      Timestamp: 1000,
      CloudWatchMetrics: [
        {
          Namespace: 'ClassifyCloud',
          Dimensions: [['stage']],
          Metrics: [
            { Name: 'Backlog', Unit: 'Count' },
            { Name: 'QueueMs', Unit: 'Milliseconds' },
            { Name: 'Errors_TIMEOUT', Unit: 'Count' },
          ],
        },
      ],
    },
    stage: 'prod',
    Backlog: 41,
    QueueMs: [3, 4],
    Errors_TIMEOUT: 2,
  });
  expect(emfDocument.safeParse(fields).error).toBeUndefined();
});

it('a line that CloudWatch would not take is told from one that it would', () => {
  const good = embedMetrics('prod', { Backlog: 41 }, 1000);
  const bad = [
    embedMetrics('', { Backlog: 41 }),
    embedMetrics('prod', { Backlog: Number.NaN }),
    embedMetrics('prod', { QueueMs: Array.from({ length: 101 }, () => 1) }),
    { ...good, Backlog: 'many' },
    { ...good, stage: undefined },
  ];
  for (const line of bad) expect(emfDocument.safeParse(line).success, JSON.stringify(line)).toBe(false);
});

it('metrics are written whatever LOG_LEVEL leaves out, on one line of pure JSON', async () => {
  vi.stubEnv('LOG_LEVEL', 'error');
  vi.stubEnv('STAGE', 'prod');
  const { log } = await import('./log.ts');
  log.metrics('scaling', { Backlog: 41 }, { fields: { reason: 'why' } });
  log.counted('classify', { tenant: 'ann' }, { Accepted: 1 });
  log.counted('classify', { tenant: 'ann' }, {});
  const [scaling, classify, ...others] = lines.map((line) => JSON.parse(line));
  expect(scaling).toMatchObject({ event: 'scaling', reason: 'why', stage: 'prod', Backlog: 41 });
  expect(classify).toMatchObject({ event: 'classify', Accepted: 1 });
  expect(classify).not.toHaveProperty('tenant');
  expect(others).toEqual([]);
  for (const line of [scaling, classify]) expect(emfDocument.safeParse(line).error).toBeUndefined();
});

it('what a line tells beside its metrics is there where LOG_LEVEL lets it', async () => {
  const { alsoLogTo, log } = await import('./log.ts');
  const also: string[] = [];
  alsoLogTo((line) => also.push(line));
  log.counted('classify', { tenant: 'ann' }, { Accepted: 1 });
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ tenant: 'ann', Accepted: 1 });
  // A worker's metrics reach CloudWatch by the worker itself.
  expect(also.map((line) => `${line}\n`)).toEqual(lines);
});

it('for a person there is a sentence instead, or nothing', async () => {
  vi.stubEnv('LOG_FORMAT', 'text');
  const { log } = await import('./log.ts');
  log.metrics('scaling', { Backlog: 41 }, { text: 'fleet +3: backlog 41' });
  log.metrics('scaling', { Backlog: 41 });
  log.counted('classify', { tenant: 'ann' }, { Accepted: 1 });
  expect(lines).toEqual([
    expect.stringMatching(/^\S+ {3}fleet \+3: backlog 41\n$/),
    expect.stringMatching(/^\S+ {3}classify tenant=ann\n$/),
  ]);
});
