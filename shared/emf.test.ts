import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { embedMetrics } from './emf.ts';

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
  expect(embedMetrics('prod', { Backlog: [41, 'Count'], WaitMs: [[3, 4], 'Milliseconds'] }, 1000)).toEqual({
    _aws: {
      Timestamp: 1000,
      CloudWatchMetrics: [
        {
          Namespace: 'ClassifyCloud',
          Dimensions: [['stage']],
          Metrics: [
            { Name: 'Backlog', Unit: 'Count' },
            { Name: 'WaitMs', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
    stage: 'prod',
    Backlog: 41,
    WaitMs: [3, 4],
  });
});

it('metrics are written whatever LOG_LEVEL leaves out, on one line of pure JSON', async () => {
  vi.stubEnv('LOG_LEVEL', 'error');
  const { log } = await import('./log.ts');
  log.metrics('scaling', { stage: 'prod', metrics: { Backlog: [41, 'Count'] }, fields: { reason: 'why' } });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    event: 'scaling',
    reason: 'why',
    stage: 'prod',
    Backlog: 41,
  });
});

it('for a person there is a sentence instead, or nothing', async () => {
  vi.stubEnv('LOG_FORMAT', 'text');
  const { log } = await import('./log.ts');
  const metrics = { Backlog: [41, 'Count'] as const };
  log.metrics('scaling', { stage: 'local', metrics, text: 'fleet +3: backlog 41' });
  log.metrics('scaling', { stage: 'local', metrics });
  expect(lines).toEqual([expect.stringMatching(/^\S+ {3}fleet \+3: backlog 41\n$/)]);
});
