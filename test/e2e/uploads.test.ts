import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acceptedMessage, type UploadAnswer, uploadAnswer, uploadsAnswer } from '../../shared/protocol.ts';
import { keysOf } from '../harness/bucket.ts';
import { Client } from '../harness/client.ts';
import { useService } from '../harness/use-service.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = 'https://page.example';
const on = useService({ ENGINE: 'echo', MAX_WORKERS: '1', AUTH: 'keys', ALLOWED_ORIGINS: PAGE });

async function newKey(name: string): Promise<string> {
  const args = ['--import', 'tsx', 'scripts/keys.ts', 'create', name, '--endpoint', on.service.aws];
  return (await promisify(execFile)(process.execPath, args, { cwd: root })).stdout.trim();
}
let [ann, bob] = ['', ''];
let photo: Buffer<ArrayBuffer>;
let client: Client;
let stranger: Client;
beforeAll(async () => {
  [ann = '', bob = ''] = await Promise.all(['ann', 'bob'].map(newKey));
  const create = { width: 300, height: 200, channels: 3 as const, background: 'tan' };
  photo = Buffer.from(await sharp({ create }).jpeg().toBuffer());
  [client, stranger] = await Promise.all([connect(ann), connect(bob)]);
});
afterAll(() => {
  client.close();
  stranger.close();
});

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const connect = (key: string) => Client.connect(on.service.ws, [], { headers: bearer(key) });
const post = (path: string, fields: unknown, key = ann) =>
  fetch(`${on.service.http}/${path}`, { method: 'POST', headers: bearer(key), body: JSON.stringify(fields) });
const place = async (bytes: number): Promise<UploadAnswer> =>
  uploadAnswer.parse(await (await post('uploads', { bytes })).json());
const put = (
  { uploadUrl, headers }: Pick<UploadAnswer, 'uploadUrl' | 'headers'>,
  body: Uint8Array<ArrayBuffer>,
  more = {},
) => fetch(uploadUrl, { method: 'PUT', body, headers: { ...headers, ...more } });
async function uploaded(body = photo): Promise<string> {
  const answer = await place(body.length);
  expect((await put(answer, body)).status).toBe(200);
  return answer.imageUrl;
}
const outcomeOf = async (imageUrl: string, asker = client) => {
  const answer = await asker.ask({ action: 'classify', imageUrl });
  if (answer.type !== 'accepted') return answer;
  const done = () => asker.received.filter((one) => one.type === 'result' || one.type === 'error');
  await expect
    .poll(() => done().some(({ requestId }) => requestId === answer.requestId), { timeout: 20_000 })
    .toBe(true);
  return done().find(({ requestId }) => requestId === answer.requestId);
};

test('an image without a URL is put into the bucket, and classified over either interface', async () => {
  const asked = await post('uploads', { bytes: photo.length });
  expect(asked.status).toBe(201);
  const answer = uploadAnswer.parse(await asked.json());
  expect(answer.expiresAt - Date.now()).toBeGreaterThan(600_000);
  expect((await put(answer, photo, { 'content-type': 'image/jpeg' })).status).toBe(200);
  const { imageUrl } = answer;
  expect(await outcomeOf(imageUrl)).toMatchObject({ type: 'result', imageUrl });

  const get = await fetch(`${on.service.http}/classify?imageUrl=${imageUrl}`, { headers: bearer(ann) });
  expect([get.status, await get.json()]).toMatchObject([200, { type: 'result', imageUrl }]);
  const posted = await post('requests', { imageUrls: [imageUrl, imageUrl] });
  expect(posted.status).toBe(202);
});

test('it is its tenant’s alone: to another it is not there, like one that was never put', async () => {
  const imageUrl = await uploaded();
  const missing = { type: 'error', imageUrl, error: { code: 'DOWNLOAD_FAILED', retryable: false } };
  expect(await outcomeOf(imageUrl, stranger)).toMatchObject(missing);
  const { imageUrl: empty } = await place(photo.length);
  expect(await outcomeOf(empty)).toMatchObject({ ...missing, imageUrl: empty });
  expect(await outcomeOf(imageUrl)).toMatchObject({ type: 'result' });
});

test('the URL takes the size that was told, once, and under its own key alone', async () => {
  const answer = await place(photo.length);
  const longer = Buffer.concat([photo, Buffer.alloc(1)]);
  expect((await put(answer, longer)).status).toBe(403);
  expect((await put(answer, photo.subarray(1))).status).toBe(403);
  expect((await put({ ...answer, headers: {} }, photo)).status).toBe(403);
  const elsewhere = answer.uploadUrl.replace('/uploads/ann/', '/uploads/bob/');
  expect(elsewhere).not.toBe(answer.uploadUrl);
  expect((await put({ ...answer, uploadUrl: elsewhere }, photo)).status).toBe(403);
  expect((await put(answer, photo)).status).toBe(200);
  expect((await put(answer, photo)).status).toBe(412);
  expect(await keysOf(on.service, 'uploads/bob/')).toEqual([]);
});

test('more than 20 MB is refused at once, and so is what is no size, and who has no key', async () => {
  expect((await post('uploads', { bytes: 20 * 1024 * 1024 })).status).toBe(201);
  const large = await post('uploads', { bytes: 20 * 1024 * 1024 + 1 });
  expect([large.status, await large.json()]).toMatchObject([413, { code: 'IMAGE_TOO_LARGE' }]);
  for (const bytes of [undefined, 0, -1, 1.5, '7', null]) {
    const refused = await post('uploads', { bytes });
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: 'INVALID_MESSAGE' }]);
  }
  expect((await post('uploads', { bytes: 7 }, 'nonsense')).status).toBe(403);
});

test('several sizes get a place each, in their order; where one is wrong none does, and the error names it', async () => {
  const bytes = [photo.length + 1, photo.length, ...Array(98).fill(7)];
  const asked = await post('uploads', { bytes });
  expect(asked.status).toBe(201);
  const { uploads } = uploadsAnswer.parse(await asked.json());
  expect(new Set(uploads.map(({ imageUrl }) => imageUrl)).size).toBe(100);
  const [longer, fitting] = uploads;
  if (!longer || !fitting) expect.fail('no places');
  expect((await put(longer, photo)).status).toBe(403);
  expect((await put(fitting, photo)).status).toBe(200);
  expect(await outcomeOf(fitting.imageUrl)).toMatchObject({ type: 'result', imageUrl: fitting.imageUrl });

  const large = await post('uploads', { bytes: [7, 20 * 1024 * 1024 + 1] });
  const tooLarge = { code: 'IMAGE_TOO_LARGE', detail: expect.stringMatching(/^bytes\.1: /) };
  expect([large.status, await large.json()]).toMatchObject([413, tooLarge]);
  for (const wrong of [0, 1.5, '7', null]) {
    const refused = await post('uploads', { bytes: [7, 7, wrong] });
    const invalid = { code: 'INVALID_MESSAGE', detail: expect.stringMatching(/^bytes\.2: /) };
    expect([refused.status, await refused.json()]).toMatchObject([400, invalid]);
  }
  for (const wrong of [[], Array(101).fill(7)])
    expect((await post('uploads', { bytes: wrong })).status).toBe(400);
});

test('what only looks like an upload is refused before it is queued', async () => {
  for (const imageUrl of ['upload:', 'upload:../results/x', `upload:${uuidv7()}/x`, `Upload:${uuidv7()}`])
    expect(await client.ask({ action: 'classify', imageUrl })).toMatchObject({
      type: 'error',
      error: { code: 'INVALID_URL' },
    });
});

test('a brought id stands for one upload, as it does for one URL', async () => {
  const requestId = uuidv7();
  const imageUrl = await uploaded();
  const ask = { imageUrl, requestId };
  expect(acceptedMessage.parse(await (await post('requests', ask)).json())).toMatchObject(ask);
  const conflict = await post('requests', { imageUrl: await uploaded(), requestId });
  expect([conflict.status, await conflict.json()]).toMatchObject([409, { code: 'CONFLICT' }]);
  const outcome = await fetch(`${on.service.http}/requests/${requestId}?waitSeconds=20`, {
    headers: bearer(ann),
  });
  expect(await outcome.json()).toMatchObject({ type: 'result', ...ask });
  expect(await (await post('requests', ask)).json()).toMatchObject({ type: 'result', ...ask });
});

test('the bucket lets the stage’s pages put, and no others', async () => {
  const { uploadUrl } = await place(photo.length);
  const preflight = (origin: string) =>
    fetch(uploadUrl, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type,if-none-match',
      },
    });
  const allowed = await preflight(PAGE);
  expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, PAGE]);
  expect((await preflight('https://elsewhere.example')).status).toBe(403);
});
