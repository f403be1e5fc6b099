import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { launch, type Service, startService } from '../harness/service.ts';
import { until } from '../harness/until.ts';
import { commandOf, descendantsOf } from '../harness/workers.ts';

let service: Service | undefined;
afterEach(async () => {
  await service?.stop();
  service = undefined;
});

async function childrenOf(running: Service): Promise<number[]> {
  const pids = descendantsOf(running.launcher.pid ?? 0);
  expect(pids.some((pid) => /worker\/main\./.test(commandOf(pid)))).toBe(true);
  return pids;
}
const alive = (pids: number[]) => pids.filter((pid) => commandOf(pid) !== '');

test('Ctrl-C stops every child within 5 s', async () => {
  service = await startService({ ENGINE: 'echo' });
  const children = await childrenOf(service);
  const start = Date.now();
  await service.stop();
  await until(
    () => alive(children).length === 0,
    5_000,
    () => alive(children).map(commandOf).join('\n'),
  );
  expect(Date.now() - start).toBeLessThan(5_000);
  expect(service.launcher.exitCode).toBe(0);
});

test('a launcher killed with SIGKILL leaves no orphan, not even a worker that is stopped', async () => {
  service = await startService({ ENGINE: 'echo' });
  const children = await childrenOf(service);
  const worker = children.find((pid) => /worker\/main\./.test(commandOf(pid)));
  if (worker !== undefined) process.kill(worker, 'SIGSTOP');
  service.launcher.kill('SIGKILL');
  await until(
    () => alive(children).length === 0,
    5_000,
    () => alive(children).map(commandOf).join('\n'),
  );
});

test("the user's own AWS settings do not matter: neither a profile nor an endpoint of one service", async () => {
  service = await startService({
    ENGINE: 'echo',
    AWS_PROFILE: 'nosuch',
    AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9', // discards: nobody listens there
  });
  const sample = `${service.http}/samples/labrador.jpg`;
  const answer = await fetch(`${service.http}/classify?imageUrl=${encodeURIComponent(sample)}`);
  expect(answer.status).toBe(200);
});

async function failure(env: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  const launcher = launch(env);
  let output = '';
  launcher.stdout?.on('data', (text) => {
    output += text;
  });
  launcher.stderr?.on('data', (text) => {
    output += text;
  });
  const [code] = await once(launcher, 'close');
  return { code, output };
}

test.each(['HTTP_PORT', 'WS_PORT', 'AWS_PORT'])(
  'a taken %s is told in one line that names it',
  async (name) => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const address = squatter.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const { code, output } = await failure({ ENGINE: 'echo', [name]: String(port) });
    squatter.close();
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toContain(`Port ${port} is in use`);
    expect(output).toContain(name);
  },
);

test('settings that are wrong are told all at once', async () => {
  const { code, output } = await failure({
    MIN_WORKERS: '5',
    MAX_WORKERS: '2',
    ECHO_MS: 'long',
    ENGINE: 'magic',
    QOS: 'abc',
    LOG_LEVEL: 'loud',
  });
  expect(code).toBe(1);
  expect(output).toContain('MIN_WORKERS=5 is more than MAX_WORKERS=2');
  expect(output).toContain('ECHO_MS=long');
  expect(output).toContain('ENGINE=magic');
  expect(output).toContain('QOS=abc');
  expect(output).toContain('LOG_LEVEL=loud');
  expect(output).not.toContain('    at '); // no stack
});

test('missing weights without a network are told in one line', async () => {
  const home = await mkdtemp(join(tmpdir(), 'classifycloud-'));
  const registry = 'http://127.0.0.1:9/'; // discards: nobody listens there
  const env = {
    CLASSIFYCLOUD_HOME: home,
    npm_config_registry: registry,
    npm_config_cache: home,
    npm_config_fetch_retries: '0',
  };
  const { code, output } = await failure(env);
  await rm(home, { recursive: true });
  expect(code).toBe(1);
  const lines = output
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('fetching'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('CLASSIFYCLOUD_HOME');
});
