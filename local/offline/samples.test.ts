import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handler } from './samples.ts';

const get = (name: string) => handler({ pathParameters: { name } });
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'samples-'));
  await writeFile(join(folder, 'dog.jpg'), Buffer.from([0xff, 0xd8, 0xff]));
  await writeFile(join(folder, 'notes.txt'), 'not for others');
  process.env.SAMPLES_DIR = folder;
});
afterAll(() => rm(folder, { recursive: true }));

describe('GET /samples/{name}', () => {
  it('answers the bytes of an image of the folder', async () => {
    expect(await get('dog.jpg')).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'image/jpeg' },
      body: '/9j/',
      isBase64Encoded: true,
    });
  });

  it.each(['cat.jpg', 'notes.txt', '../dog.jpg', '', '.jpg', 'dog.jpg/..'])(
    'answers 404 to %j',
    async (name) => {
      expect(await get(name)).toMatchObject({ statusCode: 404 });
    },
  );
});
