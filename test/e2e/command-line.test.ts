import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newApiKey } from '../../shared/api-key.ts';
import { jsonLines, startCommand, watchCommand } from '../harness/command-line.ts';
import { ended } from '../harness/service.ts';
import { until } from '../harness/until.ts';
import { useService } from '../harness/use-service.ts';

const on = useService({ ENGINE: 'echo', ECHO_MS: '20', MAX_WORKERS: '1', AUTH: 'keys' });

let folder: string;
let key: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'classifycloud-'));
  const photo = Buffer.from(await (await fetch(on.images.url('/a.jpg'))).arrayBuffer());
  for (let n = 0; n < 12; n++) await writeFile(join(folder, `photo-${n}.jpg`), photo);
  await writeFile(join(folder, 'notes.txt'), 'not an image');
  await writeFile(join(folder, 'a text, really.txt'), 'not an image');
  const made = await run(['keys', 'create', 'ann', '--endpoint', on.service.aws], { at: [] });
  key = made.out.trim();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Extras {
  input?: string;
  env?: NodeJS.ProcessEnv;
  /** The options that say where the service is. */
  at?: readonly string[];
}
const start = (
  args: readonly string[],
  { env, at = ['--ws', on.service.ws, '--http', on.service.http] }: Extras = {},
) => startCommand([...args, ...at], { CLASSIFYCLOUD_KEY: key, ...env });

async function run(args: readonly string[], extras: Extras = {}) {
  const child = start(args, extras);
  const watched = watchCommand(child);
  child.stdin.end(extras.input ?? '');
  const code = await watched.ended;
  return { code, out: watched.out, err: watched.err };
}

test('a folder is classified: each image in it once, and nothing but outcomes is printed into a pipe', async () => {
  const { code, out, err } = await run(['classify', '--json', '--top', '2', folder]);
  expect([code, err]).toEqual([0, '']);
  const outcomes = jsonLines(out);
  expect(outcomes).toHaveLength(12);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ type: 'result', labels: { length: 2 } });
  expect(new Set(out.match(/photo-\d+\.jpg/g)).size).toBe(12);
});

test('URLs, files and lines of standard input go together, as a table, and one that fails makes the exit code 1', async () => {
  const bad = join(folder, 'a text, really.txt');
  const lines = `${on.images.url('/line.jpg')}\n\n${on.images.url('/missing.jpg')}\n`;
  const { code, out } = await run(
    ['classify', '--csv', '--top', '1', on.images.url('/url.jpg'), join(folder, 'photo-1.jpg'), bad, '-'],
    { input: lines },
  );
  expect(code).toBe(1);
  const rows: unknown = parse(out, { columns: true });
  expect(rows).toHaveLength(5);
  expect(rows).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ image: on.images.url('/line.jpg'), rank: '1', error: '' }),
      expect.objectContaining({ image: join(folder, 'photo-1.jpg'), rank: '1', error: '' }),
      expect.objectContaining({ image: bad, error: expect.stringMatching(/^UNSUPPORTED_IMAGE: /) }),
      expect.objectContaining({
        image: on.images.url('/missing.jpg'),
        error: expect.stringMatching(/^DOWNLOAD_FAILED: /),
      }),
    ]),
  );
});

test('what is asked for beyond the labels is in each way of printing', async () => {
  const image = on.images.url('/asked.jpg');
  const flags = ['--top', '1', '--include', 'dog,cat', '--exclude', 'kuvasz', '--category', 'dog'];
  const more = ['--parents', '--colors', '--image'];
  const text = await run(['classify', ...flags, ...more, image]);
  expect(text).toMatchObject({ code: 0, err: '' });
  expect(text.out).toMatch(
    /Labrador retriever .* dog: retriever < .* < animal\n {2}colours\n .*#[0-9a-f]{6}\n {2}image {2}\d+×\d+/s,
  );
  const table = await run(['classify', '--csv', ...flags, ...more, image]);
  expect(parse(table.out, { columns: true })).toMatchObject([{ category: 'dog', format: 'jpeg' }]);
  const { err, code } = await run(['classify', '--include', 'dog,,cat', image]);
  expect([code, err]).toEqual([1, expect.stringMatching(/must be a list such as dog,cat/)]);
});

test('what cannot be begun ends at once, in a sentence that says what to do', async () => {
  const image = on.images.url('/never.jpg');
  const cases: [string[], Extras, RegExp][] = [
    [
      ['classify', image],
      { at: ['--ws', 'ws://127.0.0.1:9', '--http', 'http://127.0.0.1:9'] },
      /Check the network.*npm start/s,
    ],
    [
      ['classify', image],
      { env: { CLASSIFYCLOUD_KEY: '' } },
      /set the environment variable CLASSIFYCLOUD_KEY/,
    ],
    [['classify', image], { env: { CLASSIFYCLOUD_KEY: newApiKey() } }, /does not know the API key/],
    [['classify', join(folder, 'none.jpg')], {}, /There is no file or folder/],
    [['classify', fileURLToPath(new URL('.', import.meta.url))], {}, /There are no images in/],
    [['classify', '--top', '0', image], {}, /It must lie between 1 and 1000/],
    [['classify', '--json', '--csv', image], {}, /exclude one another/],
    [['status'], { at: ['--http', 'http://127.0.0.1:9'] }, /Nothing answers at .*npm start/],
  ];
  for (const [args, extras, sentence] of cases) {
    const { code, out, err } = await run(args, extras);
    expect([args, code, out]).toEqual([args, 1, '']);
    expect(err).toMatch(sentence);
    expect(err).not.toMatch(/^\s+at /m); // no stack
  }
  expect(on.images.hits('/never.jpg')).toBe(0);
});

test('a key that is revoked in mid-run ends it with a word about that, and with what was answered', async () => {
  const { out: made } = await run(['keys', 'create', 'bob', '--endpoint', on.service.aws], { at: [] });
  const child = start(['classify', '--json', '-'], { env: { CLASSIFYCLOUD_KEY: made.trim() } });
  const watched = watchCommand(child);
  child.stdin.on('error', () => {}); // it may end at any moment
  let asked = 0;
  const ask = () => child.stdin.write(`${on.images.url(`/bob-${asked++}.jpg`)}\n`);
  ask();
  await until(() => watched.out.includes('\n'), 20_000);
  await run(['keys', 'revoke', 'bob', '--endpoint', on.service.aws], { at: [] });
  // Keys are read again every 15 s, and where somebody shows an unknown one: no need to wait for the former.
  const authorization = `Bearer ${newApiKey()}`;
  await until(
    async () => {
      await fetch(`${on.service.http}/requests/-`, { headers: { authorization } });
      if (child.exitCode === null) ask();
      return child.exitCode !== null;
    },
    30_000,
    () => `the end of the run; it printed\n${watched.out}${watched.err}`,
  );
  expect(await watched.ended).toBe(1);
  expect(watched.err).toContain('was revoked. Ask for a new one, and run the rest again.');
  expect(watched.err).toMatch(/\d+ of \d+ images were answered; the others were not\./);
  for (const outcome of jsonLines(watched.out)) expect(outcome).toMatchObject({ type: 'result' });
});

test('a file without the address of the HTTP interface is refused by name', async () => {
  const { code, out } = await run(['classify', join(folder, 'photo-1.jpg')], { at: ['--ws', on.service.ws] });
  expect(code).toBe(1);
  expect(out).toMatch(/UPLOAD_FAILED: .*--http/);
});

test('status tells queue, fleet and rate', async () => {
  await until(
    async () => (await run(['status'], { at: ['--http', on.service.http] })).out.includes('status  ok'),
    30_000,
  );
  const { code, out } = await run(['status', '--json'], { at: ['--http', on.service.http] });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ status: 'ok', workers: { ready: 1 } });
});

test('status --watch goes on until it is stopped, and leaves nothing behind', async () => {
  const child = start(['status', '--watch', '0.1'], { at: ['--http', on.service.http] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  await until(() => out.split('\n').length > 3, 20_000);
  await ended(child, 'SIGINT');
  expect(child.exitCode).toBe(0);
});

test('one help has all commands, and each hands its words on', async () => {
  const { code, out } = await run(['--help'], { at: [] });
  expect(code).toBe(0);
  for (const name of ['classify', 'status', 'keys', 'dead-letters', 'simulate', 'bench', 'completion'])
    expect(out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  const help = await run(['dead-letters', 'redrive', '--help'], { at: [] });
  expect(help.out).toMatch(/Usage: dead-letters redrive/);
  expect((await run(['keys', 'revoke', 'nobody', '--endpoint', on.service.aws], { at: [] })).code).toBe(1);
});

test('what the shells complete is what the commands take', async () => {
  const { out } = await run(['completion', 'bash'], { at: [] });
  const complete = async (...words: string[]) => {
    const line = `COMP_WORDS=(classifycloud ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _classifycloud; echo "\${COMPREPLY[@]}"`;
    const bash = spawn('bash', ['--norc', '-c', `${out}\n${line}`]);
    let completed = '';
    bash.stdout.setEncoding('utf8').on('data', (text: string) => {
      completed += text;
    });
    await new Promise((resolve) => bash.once('close', resolve));
    return completed.trim();
  };
  expect(await complete('cla')).toBe('classify');
  expect(await complete('classify', '--conc')).toBe('--concurrency');
  const subcommands = async (name: string) => {
    const { out: help } = await run([name, '--help'], { at: [] });
    return [...help.matchAll(/^ {2}([\w-]+) /gm)].map(([, word]) => word).filter((word) => word !== 'help');
  };
  const checked = ['keys', 'dead-letters', 'models', 'bench'].map(async (name) => {
    const completed = (await complete(name, '')).split(' ').filter((word) => !word.startsWith('-'));
    expect(completed.sort()).toEqual((await subcommands(name)).sort());
  });
  await Promise.all(checked);
  for (const shell of ['zsh', 'fish'])
    expect((await run(['completion', shell], { at: [] })).out).toContain('dead-letters');
});
