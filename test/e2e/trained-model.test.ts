import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawSurfaces, SURFACES } from '../../training/testing/textured-surfaces.ts';
import { homeWithSources } from '../../worker/models/home-for-tests.ts';
import { listen, stop } from '../../worker/testing/listen.ts';
import { Client } from '../harness/client.ts';
import { type Service, startService } from '../harness/service.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const EACH = 10;
const UNSEEN = 3;

let home: string;
let images: Server;
let host: string;
let service: Service;
beforeAll(async () => {
  ({ home } = await homeWithSources());
  await drawSurfaces(join(home, 'surfaces'), EACH);
  // Others than those that are learnt from.
  await drawSurfaces(join(home, 'unseen'), UNSEEN, 99);
  images = createServer(async (request, response) => {
    response.end(await readFile(join(home, 'unseen', request.url ?? '')));
  });
  host = await listen(images);
  service = await startService({ CLASSIFYCLOUD_HOME: home, MAX_WORKERS: '1', ALLOWED_PRIVATE_HOSTS: host });
});
afterAll(async () => {
  await service.stop();
  stop(images);
  await rm(home, { recursive: true });
});

test('a model that is trained while the service runs is served at once, under its name, and knows images it never saw', async () => {
  await train(['--architecture', 'inception-head', '--epochs', '40', '--add-as', 'surfaces']);
  const listed = await (await fetch(`${service.http}/models`)).text();
  expect(listed).toContain('"surfaces"');

  const asked = SURFACES.flatMap((surface) =>
    Array.from({ length: UNSEEN }, (_, at) => ({ surface, url: `http://${host}/${surface}/00${at}.jpg` })),
  );
  const client = await Client.connect(service.ws);
  client.send({ action: 'classify', imageUrls: asked.map(({ url }) => url), model: 'surfaces', topK: 5 });
  const results = await client.wait('result', asked.length);
  client.close();
  for (const { model, labels } of results) {
    expect(model).toMatchObject({ name: 'surfaces', engine: 'onnx', precision: 'int8' });
    expect(labels.map(({ label }) => label).sort()).toEqual(SURFACES);
    expect(labels.reduce((sum, { confidence }) => sum + confidence, 0)).toBeCloseTo(1, 3);
  }
  const right = asked.filter(
    ({ surface, url }) => results.find(({ imageUrl }) => imageUrl === url)?.labels[0]?.label === surface,
  );
  expect(right.length / asked.length).toBeGreaterThan(0.6); // by chance 0.2
});

/** Trains on the drawn surfaces, in a process of its own, as a user does beside the service. */
async function train(args: readonly string[]): Promise<void> {
  const words = ['--import', 'tsx', 'scripts/train.ts', '--dataset', join(home, 'surfaces'), ...args];
  const env = { ...process.env, CLASSIFYCLOUD_HOME: home, AWS_PORT: new URL(service.aws).port };
  const child = spawn(process.execPath, words, { cwd: root, env });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdout.resume();
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect([code, said]).toEqual([0, expect.stringContaining('the stage that runs here serves it now')]);
}
