import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawSurfaces } from '../../training/testing/textured-surfaces.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const quick = ['--architecture', 'cnn', '--image-size', '16', '--batch-size', '8', '--json'];

let home: string;
let images: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'classifycloud-train-'));
  images = join(home, 'surfaces');
  await drawSurfaces(images, 5);
});
afterAll(() => rm(home, { recursive: true }));

/** @param onText Told all that it wrote to stderr so far. */
async function train(args: readonly string[], onText?: (text: string, stop: () => void) => void) {
  const words = ['--import', 'tsx', 'scripts/train.ts', '--dataset', images, ...quick, ...args];
  const child = spawn(process.execPath, words, {
    cwd: root,
    env: { ...process.env, CLASSIFYCLOUD_HOME: home },
  });
  let [out, err] = ['', ''];
  let stopped = false; // a second signal would kill it
  const stop = () => {
    if (!stopped) stopped = child.kill('SIGINT');
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    onText?.(err, stop);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, out, err };
}

it('compares two runs in figures and on a page', async () => {
  const { code, out, err } = await train(['--epochs', '2', '--compare', 'dropout=0,0.5']);
  expect([code, err]).toEqual([0, expect.stringContaining('dropout=0.5, epoch 2 of 2')]);
  const { dataset, runs } = JSON.parse(out);
  expect(dataset.classes).toEqual(['bricks', 'checks', 'dots', 'rings', 'stripes']);
  expect(runs.map((run: { name: string }) => run.name)).toEqual(['dropout=0', 'dropout=0.5']);
  for (const { examples, confusion, test, training, gap, worst } of runs) {
    expect(examples).toEqual({ training: 15, validation: 5, test: 5 });
    const right = confusion
      .map((row: number[], at: number) => row[at])
      .reduce((a: number, b: number) => a + b);
    expect(right / 5).toBeCloseTo(test.accuracy, 10);
    expect(gap).toBeCloseTo(training.accuracy - test.accuracy, 10);
    expect(worst.length).toBe(5 - right);
    for (const { file, actual } of worst) expect(file).toMatch(new RegExp(`^${actual}/`));
  }
  const page = await readFile(join(home, 'training', 'surfaces', 'report.html'), 'utf8');
  for (const text of ['dropout=0.5', 'gap between training and test', '<polyline', 'data:image/png;base64,'])
    expect(page).toContain(text);
});

it('goes on after Ctrl-C where it was', async () => {
  const settings = ['--epochs', '6', '--seed', '5'];
  const stopped = await train(settings, (text, stop) => {
    if (text.includes('epoch 2 of 6')) stop();
  });
  expect([stopped.code, stopped.out]).toEqual([130, '']);
  expect(stopped.err).toContain('Stopped. The same command with --resume goes on');
  const resumed = await train([...settings, '--resume']);
  expect(resumed.err).not.toContain('epoch 2 of 6');
  expect(resumed.err).toContain('epoch 6 of 6');
  expect(JSON.parse(resumed.out).runs[0].epochs.length).toBe(6);
});

it.each([
  [['--resume', '--seed', '99'], 'Nothing to resume'],
  [['--add-as', 'My Model'], '--add-as My Model: a model’s name'],
  [['--learning-rate', '1e38', '--optimizer', 'sgd'], 'try a lower --learning-rate than 1e+38'],
])('%j ends with what is wrong, in a line', async (args, message) => {
  const { code, out, err } = await train(['--epochs', '1', ...args]);
  expect([code, out]).toEqual([1, '']);
  expect(err.replaceAll("'", '’')).toContain(message);
  expect(err).not.toContain('    at ');
});
