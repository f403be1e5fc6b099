import { execFile, spawn } from 'node:child_process';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { listen, stop } from '../../worker/testing/listen.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = ['--import', 'tsx', 'scripts/logs.ts'];
const acceptedAt = Date.now() - 60_000;
const id = v7({ msecs: acceptedAt });
const line = (event: string, ms: number) =>
  JSON.stringify({ time: new Date(acceptedAt + ms).toISOString(), level: 'info', event, requestId: id });

/** CloudWatch Logs as far as it is asked: pages of two groups of stage prod, and one of another stage. */
const GROUPS: Record<string, { timestamp: number; message: string; logStreamName: string }[]> = {
  '/aws/lambda/classifycloud-prod-push-results': [
    { timestamp: acceptedAt + 90, message: `${line('pushed', 90)}\n`, logStreamName: 's' },
  ],
  '/aws/lambda/classifycloud-prod-classify': [
    { timestamp: acceptedAt + 5, message: line('classify', 5), logStreamName: 's' },
  ],
  '/aws/lambda/classifycloud-prod-2-classify': [
    { timestamp: acceptedAt, message: line('another stage', 0), logStreamName: 's' },
  ],
  '/classifycloud/prod/workers': [
    { timestamp: acceptedAt + 80, message: line('job', 80), logStreamName: 'i-1' },
  ],
};
const asked = z.object({
  logGroupNamePrefix: z.string().optional(),
  logGroupName: z.string().optional(),
  filterPattern: z.string().optional(),
  startTime: z.number().optional(),
  endTime: z.number().optional(),
});
const server = createServer(async (request, response) => {
  const { logGroupNamePrefix = '', ...search } = asked.parse(await json(request));
  const action = String(request.headers['x-amz-target']).split('.').at(-1);
  const answer =
    action === 'DescribeLogGroups'
      ? {
          logGroups: Object.keys(GROUPS)
            .filter((name) => name.startsWith(logGroupNamePrefix))
            .map((logGroupName) => ({ logGroupName })),
        }
      : { events: find(search) };
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
});
const find = ({ logGroupName = '', filterPattern, startTime = 0, endTime = 0 }: z.infer<typeof asked>) =>
  (GROUPS[logGroupName] ?? [])
    .filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime)
    .filter(({ message }) => message.includes(filterPattern?.replaceAll('"', '') ?? ''))
    .map((event, i) => ({ ...event, eventId: String(i) }));

let folder: string;
let endpoint: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logs-'));
  endpoint = `http://${await listen(server)}`;
});
afterAll(async () => {
  stop(server);
  await rm(folder, { recursive: true });
});
const env = {
  ...process.env,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
};
const logs = (...args: string[]) =>
  promisify(execFile)(process.execPath, [...program, ...args], { cwd: root, env });

test.concurrent('the lines of all functions and workers of a stage come in the order of time', async () => {
  const { stdout } = await logs(id, '--stage', 'prod', '--endpoint', endpoint);
  expect(stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/ 5 ms {2}classify {6}classify$/),
    expect.stringMatching(/80 ms {2}i-1 {11}job$/),
    expect.stringMatching(/90 ms {2}push-results {2}pushed$/),
  ]);
});

test.concurrent('followed, they come in that order too, each once, and Ctrl-C ends it', async () => {
  const args = [...program, id, '--stage', 'prod', '--endpoint', endpoint, '--follow'];
  const child = spawn(process.execPath, args, { cwd: root, env });
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const told = () => [...stdout.matchAll(/(\w+)$/gm)].map(([word]) => word);
  await vi.waitFor(() => expect(told()).toEqual(['classify', 'job', 'pushed']), 20_000);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(told()).toEqual(['classify', 'job', 'pushed']);
}, 60_000);

test.concurrent('one of whom there is no line is told so, with 1; so is a stage that is not there', async () => {
  const other = v7();
  await expect(logs(other, '--stage', 'prod', '--endpoint', endpoint)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`No line names ${other}`),
  });
  await expect(logs(id, '--stage', 'test', '--endpoint', endpoint)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no log of stage test'),
  });
  await expect(logs(id)).rejects.toMatchObject({
    stderr: expect.stringContaining('npm start 2> service.log'),
  });
});

test.concurrent('of the stage on this machine a file is read, and followed as it grows', async () => {
  const file = join(folder, 'service.log');
  await writeFile(file, `${line('classify', 5)}\n18:00:00.000   job requestId=${v7()} plan=run\n`);
  const child = spawn(process.execPath, [...program, id, '--file', file, '--follow', '--json'], {
    cwd: root,
    env,
  });
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const events = () =>
    stdout
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((text) => JSON.parse(text));
  await vi.waitFor(() => expect(events()).toMatchObject([{ event: 'classify' }]), 20_000);
  await appendFile(file, `18:00:00.080   job requestId=${id} plan=run\n`);
  await vi.waitFor(
    () => expect(events()[1]).toMatchObject({ line: expect.stringContaining('plan=run') }),
    20_000,
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(events()).toHaveLength(2);
}, 60_000);
