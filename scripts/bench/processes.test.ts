import { expect, test } from 'vitest';
import { familyOf, parseProcesses, processTree, roleOf } from './processes.ts';

const output = `
    1     0   1000 /sbin/init
   10     1 100000 node local/start.mjs
   11    10 200000 node /x/serverless.js offline start
   12    10 300000 node /x/.build/ab/worker/main.mjs
   20     1   5000 node unrelated.js
`;

test('a family is a process and its descendants, and each knows its part', () => {
  const family = familyOf(10, parseProcesses(output));
  expect(family.map(({ pid }) => pid)).toEqual([10, 11, 12]);
  expect(family.map(roleOf)).toEqual([
    'launcher with the embedded cloud',
    'functions (serverless-offline)',
    'worker',
  ]);
  expect(family[2]?.rssMb).toBeCloseTo(307.2);
});

test('this process is found with its memory', async () => {
  const [self] = await processTree(process.pid);
  expect(self?.rssMb).toBeGreaterThan(10);
});
