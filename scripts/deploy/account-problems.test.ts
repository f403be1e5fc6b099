import { expect, test } from 'vitest';
import { type Findings, problemsOf } from './account-problems.ts';

const fleet = {
  MAX_WORKERS: 19,
  INSTANCE_TYPES: ['c7a.medium'],
  WORKER_MARKET: 'on-demand',
  WORKER_ARCHITECTURE: 'x64',
} satisfies Findings['fleet'];
const type = (
  InstanceType: 'c7a.medium' | 'c8g.medium' | 'c7a.large',
  cpus: number,
  architecture: 'x86_64' | 'arm64',
) => ({
  InstanceType,
  VCpuInfo: { DefaultVCpus: cpus },
  ProcessorInfo: { SupportedArchitectures: [architecture] },
});
const c7a = type('c7a.medium', 1, 'x86_64');
const good: Findings = { region: 'eu-west-1', types: [c7a], offered: ['c7a.medium'], quota: 32, fleet };

test('an account that can run the fleet has no problem', () => {
  expect(problemsOf(good)).toEqual([]);
  expect(problemsOf({ ...good, quota: 19 })).toEqual([]);
});

test('an instance type that the region does not have is named, with the region', () => {
  expect(problemsOf({ ...good, types: [] })).toEqual([
    'eu-west-1 has no instance type c7a.medium. Set INSTANCE_TYPE to one that it has.',
  ]);
});

test('types that none of our zones has are a problem, unless one of them has another', () => {
  expect(problemsOf({ ...good, offered: [] })[0]).toContain(
    'first two zones of eu-west-1 have no c7a.medium',
  );
  const two = { ...fleet, INSTANCE_TYPES: ['c7a.medium' as const, 'c7a.large' as const] };
  const types = [c7a, type('c7a.large', 2, 'x86_64')];
  expect(problemsOf({ ...good, types, offered: ['c7a.large'], fleet: two })).toEqual([]);
});

test('a processor that does not run the bundle is a problem', () => {
  const types = [type('c8g.medium', 1, 'arm64')];
  const arm = { ...fleet, INSTANCE_TYPES: ['c8g.medium' as const] };
  const offered = ['c8g.medium'];
  expect(problemsOf({ ...good, types, offered, fleet: arm })).toEqual([
    'c8g.medium does not run the programs of WORKER_ARCHITECTURE=x64.',
  ]);
  expect(problemsOf({ ...good, types, offered, fleet: { ...arm, WORKER_ARCHITECTURE: 'arm64' } })).toEqual(
    [],
  );
});

test('a quota of vCPUs below MAX_WORKERS is a problem, and how many fit is said', () => {
  expect(problemsOf({ ...good, quota: 5 })).toEqual([
    expect.stringMatching(
      /MAX_WORKERS=19 needs 19 vCPUs, .* is 5 \(on-demand\)\. Set MAX_WORKERS to 5 at most/,
    ),
  ]);
  const larger = { ...fleet, INSTANCE_TYPES: ['c7a.large' as const] };
  const types = [type('c7a.large', 2, 'x86_64')];
  expect(problemsOf({ ...good, types, offered: undefined, quota: 32, fleet: larger })[0]).toContain(
    'needs 38 vCPUs',
  );
});

test('what could not be looked at is no problem', () => {
  expect(problemsOf({ ...good, types: undefined, offered: undefined, quota: undefined })).toEqual([]);
  expect(problemsOf({ ...good, offered: undefined, quota: undefined })).toEqual([]);
});
