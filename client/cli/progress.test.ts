import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Progress } from './progress.ts';

/** What a terminal, or what is none, is sent. */
function terminal(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  let sent = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    sent += text;
  });
  return { stream, sent: () => sent };
}

test('a terminal is told how far it is, and that the remaining time is unknown before the first answer', () => {
  const { stream, sent } = terminal(true);
  const progress = new Progress(stream);
  progress.expect(2);
  expect(sent()).toContain('– images/s | – left');
  progress.done();
  progress.print(() => stream.write('a line\n'));
  expect(sent()).toMatch(/a line\n.*1\/2 \| [\d.]+ images\/s \| 0 s left/s);
  progress.stop();
});

test('the cursor ends below what was printed: what comes next overwrites no outcome', () => {
  const { stream, sent } = terminal(true);
  const progress = new Progress(stream);
  progress.expect(1);
  progress.done();
  progress.print(() => stream.write('the last line\n'));
  progress.stop();
  const [saved, restored] = ['\x1b7', '\x1b8'].map((code) => sent().lastIndexOf(code));
  expect(saved).toBeGreaterThan(sent().lastIndexOf('the last line\n'));
  expect(restored).toBeGreaterThan(saved ?? 0);
  const stopped = sent();
  progress.print(() => stream.write('a farewell\n'));
  expect(sent().slice(stopped.length)).toBe('a farewell\n');
});

test('a pipe gets nothing but what is printed', () => {
  const { stream, sent } = terminal(false);
  const progress = new Progress(stream);
  progress.expect(1);
  progress.done();
  progress.print(() => stream.write('a line\n'));
  progress.stop();
  expect(sent()).toBe('a line\n');
});
