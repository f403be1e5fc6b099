import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVED_CATALOGUE_KEY } from '../../shared/models.ts';
import { modelsAnswer } from '../../shared/protocol.ts';
import { ensureModel } from '../../worker/models/ensure-model.ts';
import { testHome } from '../../worker/models/home-for-tests.ts';
import { colourModel } from '../../worker/models/testing/colour-model.ts';
import { jsonOf } from '../harness/bucket.ts';
import { Client } from '../harness/client.ts';
import { startCommand, watchCommand } from '../harness/command-line.ts';
import { type ImageServer, startImageServer } from '../harness/image-server.ts';
import { type Service, startService } from '../harness/service.ts';
import { until } from '../harness/until.ts';

const SWAP_MS = 30_000;
let images: ImageServer;
let service: Service;
/** Of models: the developer's weights, and what is added here. */
let home: string;
/** Where a user makes models. */
let own: string;

beforeAll(async () => {
  [home, own] = [await mkdtemp(join(tmpdir(), 'classifycloud-home-')), await mkdtemp(join(tmpdir(), 'own-'))];
  await ensureModel({ home: testHome });
  await mkdir(join(home, 'models'));
  await symlink(join(testHome, 'models', 'inception-v3'), join(home, 'models', 'inception-v3'));
  images = await startImageServer();
  service = await startService({
    CLASSIFYCLOUD_HOME: home,
    ALLOWED_PRIVATE_HOSTS: images.host,
    MAX_WORKERS: '1',
  });
});
afterAll(async () => {
  await service?.stop();
  await images?.stop();
  for (const folder of [home, own]) await rm(folder, { recursive: true });
});

async function models(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = startCommand(['models', ...args], { CLASSIFYCLOUD_HOME: home });
  const watched = watchCommand(child);
  return { code: await watched.ended, out: watched.out, err: watched.err };
}
const onStage = () => ['--endpoint', service.aws];

/** A user's folder with the model of three colours; by its labels its version can be told. */
async function folderOf(version: string, labels: readonly string[]): Promise<string> {
  const { model, files } = colourModel({ version }, labels);
  const folder = join(own, version);
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(model));
  return folder;
}

const listed = async () => modelsAnswer.parse(await (await fetch(`${service.http}/models`)).json());
const versionsListed = async () =>
  (await listed()).models.find(({ name }) => name === 'colours')?.versions.map(({ version }) => version);

let photos = 0;
async function classify(model?: string): Promise<unknown> {
  const query = new URLSearchParams({ imageUrl: images.url(`/${photos++}.jpg`), topK: '3' });
  if (model !== undefined) query.set('model', model);
  return (await fetch(`${service.http}/classify?${query}`)).json();
}

test('a model that is added is served at once, by its name and by its version, beside the default', async () => {
  const added = await models('add', await folderOf('1', ['red', 'green', 'blue']), ...onStage());
  expect([added.code, added.err]).toEqual([0, '']);
  await until(async () => (await versionsListed())?.join() === '1', SWAP_MS);
  for (const reference of ['colours', 'colours@1'])
    expect(await classify(reference)).toMatchObject({
      type: 'result',
      model: { name: 'colours', version: '1', engine: 'onnx', precision: 'fp32' },
      labels: [{ label: expect.stringMatching(/^(red|green|blue)$/) }, {}, {}],
    });
  expect(await classify()).toMatchObject({ model: { name: 'inception-v3', precision: 'int8' } });
  expect((await listed()).default).toBe('inception-v3');
});

test('a new version is taken up while jobs run: all are answered, each by the version that it says', async () => {
  const client = await Client.connect(service.ws);
  let asked = 0;
  const ask = () => {
    client.send({ action: 'classify', imageUrl: images.url(`/swap-${asked++}.jpg`), model: 'colours' });
  };
  const byVersion = (version: string) =>
    client.all('result').filter(({ model }) => model.version === version);
  ask();
  await client.wait('result');
  const swapped = models('add', await folderOf('2', ['rot', 'grün', 'blau']), ...onStage());
  // One after the other, and no more than are answered: the swap takes as long as it takes.
  await until(async () => {
    if (client.all('result').length === asked) ask();
    return byVersion('2').length > 0;
  }, SWAP_MS);
  expect((await swapped).code).toBe(0);
  await client.wait('result', asked);
  expect(client.all('error')).toEqual([]);
  for (const { labels } of byVersion('1')) expect(['red', 'green', 'blue']).toContain(labels[0]?.label);
  for (const { labels } of byVersion('2')) expect(['rot', 'grün', 'blau']).toContain(labels[0]?.label);
  expect(await classify('colours@1')).toMatchObject({ model: { version: '1' } });
  client.close();
});

test('a model that is not as it has to be is refused, and nothing changes', async () => {
  const published = () => jsonOf(service, SERVED_CATALOGUE_KEY);
  const before = await published();
  const refused = await models('add', await folderOf('3', ['red', 'green']), ...onStage());
  expect([refused.code, refused.err]).toEqual([
    1,
    'labels.txt names 2 classes, but fp32.onnx tells 3 apart\n',
  ]);
  expect(await published()).toEqual(before);
});

test('a model that is removed is served no more; the default one stays', async () => {
  const removed = await models('remove', 'colours@2', '--json', ...onStage());
  expect(JSON.parse(removed.out)).toEqual({ removed: true, unpublished: ['colours@2'] });
  await until(async () => (await versionsListed())?.join() === '1', SWAP_MS);
  expect((await models('remove', 'colours', ...onStage())).code).toBe(0);
  await until(async () => (await versionsListed()) === undefined, SWAP_MS);
  expect(await classify('colours')).toMatchObject({ code: 'UNKNOWN_MODEL', retryable: false });
  const refused = await models('remove', 'inception-v3', ...onStage());
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('Push another one')]);
  expect(await classify()).toMatchObject({ type: 'result' });
});
