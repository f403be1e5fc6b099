import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { bundle } from '../local/bundle.mjs';
import pagePlugins from '../web/page-plugin.cjs';

const answer = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  isBase64Encoded: z.boolean().optional(),
});
const handlerModule = z.object({
  handler: z.custom<(event: unknown) => Promise<unknown>>((it) => typeof it === 'function'),
});
let get: (name?: string, acceptEncoding?: string) => Promise<z.infer<typeof answer>>;

/** The function as it is deployed: the page is put into it when it is bundled. */
beforeAll(async () => {
  const entry = 'handlers/page.ts';
  const folder = await bundle({ entryPoints: [entry], packages: 'external', plugins: pagePlugins });
  const path = pathToFileURL(join(folder, entry.replace('.ts', '.mjs'))).href;
  const { handler } = handlerModule.parse(await import(path));
  Object.assign(process.env, {
    AUTH: 'keys',
    WEBSOCKET_ENDPOINT: 'https://abc.execute-api.eu-west-1.amazonaws.com/prod',
    UPLOAD_ORIGIN: 'https://bucket.s3.eu-west-1.amazonaws.com',
    LOG_LEVEL: 'warn',
  });
  get = async (name, acceptEncoding = '') =>
    answer.parse(
      await handler({
        routeKey: name === undefined ? 'GET /' : 'GET /assets/{name}',
        headers: { 'accept-encoding': acceptEncoding },
        pathParameters: name === undefined ? undefined : { name },
        requestContext: { http: { method: 'GET' } },
      }),
    );
});
const bytesOf = ({ body }: { body: string }) => Buffer.from(body, 'base64');
const documentText = async () => bytesOf(await get()).toString();
/** What the document asks for, and what that asks for. */
async function assetNames(): Promise<Set<string>> {
  const names = new Set(
    [...(await documentText()).matchAll(/"assets\/([^"]+)"/g)].map(([, name = '']) => name),
  );
  for (const name of names) {
    const text = bytesOf(await get(name)).toString();
    for (const [, other = ''] of text.matchAll(/["']\.\/([\w-]+\.js)["']/g)) names.add(other);
  }
  return names;
}

test('all of the page together is at most 80 KB compressed', async () => {
  const names = await assetNames();
  expect([...names].map((name) => name.replace(/-\w+\./, '.')).sort()).toEqual(
    expect.arrayContaining(['icon.svg', 'main.js', 'plot.js', 'style.css']),
  );
  const files = await Promise.all([undefined, ...names].map((name) => get(name, 'gzip')));
  for (const { headers } of files) expect(headers['content-encoding']).toBe('gzip');
  const bytes = files.reduce((sum, file) => sum + bytesOf(file).length, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(80_000);
});

test('a file comes as the browser takes it, and is the same each time', async () => {
  const plain = await documentText();
  expect(plain).toContain('<!doctype html>');
  const br = await get(undefined, 'gzip, deflate, br, zstd');
  expect([br.headers['content-encoding'], brotliDecompressSync(bytesOf(br)).toString()]).toEqual([
    'br',
    plain,
  ]);
  const gzip = await get(undefined, 'gzip;q=0.5, br;q=0');
  expect([gzip.headers['content-encoding'], gunzipSync(bytesOf(gzip)).toString()]).toEqual(['gzip', plain]);
  expect((await get(undefined, 'identity')).headers).not.toHaveProperty('content-encoding');
});

test('the document names the stage’s sockets and whether it asks for a key, and is asked for anew each time', async () => {
  const text = await documentText();
  expect(text).toContain('content="wss://abc.execute-api.eu-west-1.amazonaws.com/prod"');
  expect(text).toContain('name="classifycloud-auth" content="keys"');
  expect(text).not.toContain('{{');
  expect((await get()).headers['cache-control']).toBe('no-cache');
});

test('nothing written into the document is run, and the page talks to its stage alone', async () => {
  const { headers } = await get();
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).not.toMatch(/unsafe/);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("style-src 'self';");
  expect(policy).toContain(
    "connect-src 'self' wss://abc.execute-api.eu-west-1.amazonaws.com https://bucket.s3.eu-west-1.amazonaws.com;",
  );
  expect(await documentText()).not.toMatch(/<script(?![^>]+src=)|<style|\sstyle=|\son\w+=/);
});

test('a file of the page is kept by the browser for ever, and there are no others', async () => {
  const [name = ''] = await assetNames();
  expect((await get(name)).headers['cache-control']).toContain('immutable');
  for (const other of ['none.js', '../page.mjs', '__proto__', 'constructor', ''])
    expect(await get(other)).toMatchObject({ statusCode: 404 });
});
