import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { beforeAll, expect, it, vi } from 'vitest';
import { buildWorker } from '../local/build-worker.ts';
import { tagsOf } from './testing/cloud.ts';
import { useFixture } from './testing/fixture.ts';
import { listen, stop } from './testing/listen.ts';

const fixture = useFixture();
// The bundle that is deployed, also because it starts several times as fast.
let program: string;
beforeAll(async () => {
  program = await buildWorker();
});

/** Starts the program itself; `ended` gives its exit code and what it wrote. */
function startProgram(env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [program], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, lines: stderr.trim().split('\n') }));
  return { child, ended };
}

it('has no image decoder in its own process: a file of a stranger reaches none there', async () => {
  const imports = (code: string) => [...code.matchAll(/(?:from|import) ?"([^"]+)"/g)].map(([, name]) => name);
  const decoder = program.replace('main.mjs', 'decoder-process.mjs');
  expect(imports(await readFile(decoder, 'utf8'))).toContain('sharp');
  expect(imports(await readFile(program, 'utf8'))).not.toContain('sharp');
});

it.concurrent('names every setting that is wrong, a line each, and ends with 1', async () => {
  const { env } = fixture().cloud;
  const wrong = { ...env, REQUEST_QUEUE_URL: '', WORKER_THREADS: 'many', ENGINE: 'magic' };
  const { code, lines } = await startProgram(wrong).ended;
  expect(code).toBe(1);
  const problems = lines.filter((line) => /REQUEST_QUEUE_URL|WORKER_THREADS|ENGINE/.test(line));
  expect(problems).toHaveLength(3);
});

it.concurrent.each([
  [
    'learn which machine it is',
    { INSTANCE_ID: '', AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:9' },
    'INSTANCE_ID is not set',
  ],
  ['get its engine ready', { ENGINE: 'onnx', CLASSIFYCLOUD_HOME: '/dev/null' }, 'ENOTDIR'],
])('ends with 1, and one clear line, where it cannot %s', async (_name, settings, problem) => {
  const { code, lines } = await startProgram({ ...fixture().cloud.env, ...settings }).ended;
  expect(code).toBe(1);
  expect(lines.filter((line) => line.includes('worker cannot start'))).toEqual([
    expect.stringContaining(problem),
  ]);
});

it.concurrent('asks the metadata service for its id, with a token; says ready; drains on SIGTERM, and ends with 0', async () => {
  const { env, instanceId } = fixture().cloud;
  const metadata = createServer((request, response) => {
    if (request.method === 'PUT' && request.url === '/latest/api/token') response.end('token');
    else if (request.headers['x-aws-ec2-metadata-token'] !== 'token') response.writeHead(401).end();
    else response.end(instanceId);
  });
  const AWS_EC2_METADATA_SERVICE_ENDPOINT = `http://${await listen(metadata)}`;
  const { child, ended } = startProgram({ ...env, INSTANCE_ID: '', AWS_EC2_METADATA_SERVICE_ENDPOINT });
  const state = async () => (await tagsOf(instanceId))['classifycloud:state'];
  await vi.waitFor(async () => expect(await state()).toBe('ready'), { timeout: 25_000, interval: 50 });
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
  expect(await state()).toBe('draining');
  stop(metadata);
});
