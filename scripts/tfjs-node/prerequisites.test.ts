import { expect, it } from 'vitest';
import type { Machine } from './machine.ts';
import { problemsOf } from './prerequisites.ts';

const fit: Machine = {
  platform: 'linux',
  arch: 'x64',
  glibc: '2.36',
  node: '22.12.0',
  missing: [],
  nodeHeaders: '/usr',
  freeBytes: 50e9,
};

it('a machine that has everything has no problem', () => {
  expect(problemsOf(fit)).toEqual([]);
});

it.each<[string, Partial<Machine>]>([
  ['this is darwin arm64', { platform: 'darwin', arch: 'arm64', glibc: undefined }],
  ['this is linux x64 without glibc', { glibc: undefined }],
  ['this is 24.1.0', { node: '24.1.0' }],
  ['python3-pip', { missing: ['python3'] }],
  ['node_api.h', { nodeHeaders: undefined }],
  ['1.2 GB are free', { freeBytes: 1.2e9 }],
])('says what is wrong: %s', (part, difference) => {
  expect(problemsOf({ ...fit, ...difference })).toEqual([expect.stringContaining(part)]);
});

it('names every problem at once', () => {
  expect(problemsOf({ ...fit, missing: ['python3', 'g++', 'make'], freeBytes: 0 })).toHaveLength(4);
});
