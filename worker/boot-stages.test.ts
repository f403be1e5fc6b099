import { expect, test } from 'vitest';
import { bootStages } from './boot-stages.ts';

const process = { beganAt: 24_000, readyAt: 24_900.4 };

test('each stage lasts from the one before it, in whatever order they were written', () => {
  const times = 'kernel:11000,script:19500,launch:1000,fetched:21000,installed:23900,';
  expect(bootStages(times, process)).toEqual({
    kernel: 10_000,
    script: 8_500,
    fetched: 1_500,
    installed: 2_900,
    process: 100,
    ready: 900,
    all: 23_900,
  });
});

test('a machine whose image had the bundle fetched nothing', () => {
  expect(bootStages('launch:1000,kernel:8000,script:12000,installed:12100', process)).not.toHaveProperty(
    'fetched',
  );
});

test('what no user data writes is refused', () => {
  expect(() => bootStages('launch=yesterday', process)).toThrow('must be stage:ms');
});
