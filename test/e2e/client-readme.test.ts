import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useService } from '../harness/use-service.ts';

const run = promisify(execFile);
const client = fileURLToPath(new URL('../../client/', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));
const on = useService({ ENGINE: 'echo', ECHO_MS: '20', MAX_WORKERS: '1' });

/** A project of a developer's, which has the package installed. */
let project: string;
beforeAll(async () => {
  await run(process.execPath, ['build.mjs'], { cwd: client });
  project = await mkdtemp(join(tmpdir(), 'classifycloud-'));
  await mkdir(join(project, 'node_modules/@classifycloud'), { recursive: true });
  await symlink(client, join(project, 'node_modules/@classifycloud/client'));
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
});
afterAll(() => rm(project, { recursive: true, force: true }));

test('what a browser loads has no dependency and at most 6 KB', async () => {
  const bundle = await readFile(join(client, 'dist/index.js'));
  expect(gzipSync(bundle, { level: 9 }).length).toBeLessThanOrEqual(6 * 1024);
  expect(String(bundle)).not.toMatch(/\bimport\b|\brequire\b/);
});

test('the types are in the package, and need no others', async () => {
  await writeFile(
    join(project, 'use.ts'),
    `import { type Answer, type Cloud, connect, OverloadedError, type Result } from '@classifycloud/client';
const cloud: Cloud = connect('wss://socket.example', { key: 'k', httpUrl: new URL('https://api.example') });
const result: Result = await cloud.classify('https://images.example/a.jpg', { onAccepted: ({ etaMs }) => etaMs?.toFixed() });
for await (const answer of cloud.classifyAll(['https://images.example/a.jpg'])) {
  const { image }: Answer<string> = answer;
  const label: string | undefined = answer.ok ? answer.result.labels[0]?.label : answer.error.code;
  console.log(image, label, answer.ok || answer.error instanceof OverloadedError);
}
// @ts-expect-error there is no such option
await cloud.classify('https://images.example/a.jpg', { topk: 1 });
console.log(result.labels);
`,
  );
  const compile = (...options: string[]) =>
    run(
      process.execPath,
      [
        join(root, 'node_modules/typescript/bin/tsc'),
        '--noEmit',
        '--strict',
        '--target',
        'es2023',
        '--types',
        '',
        ...options,
        'use.ts',
      ],
      { cwd: project },
    ).catch((error: { stdout: string }) => error);
  expect((await compile('--lib', 'es2023,dom,dom.asynciterable', '--module', 'nodenext')).stdout).toBe('');
  expect(
    (await compile('--lib', 'es2023,dom', '--module', 'esnext', '--moduleResolution', 'bundler')).stdout,
  ).toBe('');
});

test('each example of the README does what it says', async () => {
  const readme = await readFile(join(client, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);
  const said = [
    /^\S+.* [\d.]+$/,
    /^(?=[\s\S]*dog\.jpg \S+)(?=[\s\S]*missing\.jpg DOWNLOAD_FAILED .+)/,
    /^Labrador retriever dog \[\s+'retriever'[\s\S]*\n[a-z ]+ [\d.]+ \d+ \d+$/,
    /^\S+/,
    /^ClosedError\ntrue true$/,
    /^DOWNLOAD_FAILED false$/,
  ];
  expect(examples).toHaveLength(said.length);
  const photo = await fetch(on.images.url('/dog.jpg'));
  await writeFile(join(project, 'dog.jpg'), Buffer.from(await photo.arrayBuffer()));
  for (const [n, example] of examples.entries()) {
    const code = example
      .replaceAll('wss://socket.example', on.service.ws)
      .replaceAll('https://api.example', on.service.http)
      .replaceAll('https://images.example', on.images.url(''));
    await writeFile(join(project, `example-${n}.js`), code);
    const { stdout } = await run(process.execPath, [`example-${n}.js`], { cwd: project, timeout: 30_000 });
    expect(stdout.trim()).toMatch(said[n] ?? /never/);
  }
});
