import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { connect } from '../../client/node.ts';
import { inChromium } from '../harness/browser.ts';
import { keysOf } from '../harness/bucket.ts';
import { type CuttingProxy, startCuttingProxy } from '../harness/cutting-proxy.ts';
import { useService } from '../harness/use-service.ts';

/** More with `CLIENT_IMAGES=1000 npx vitest run test/faults/client.test.ts`. */
const IMAGES = Number(process.env.CLIENT_IMAGES || 120);

const on = useService({ ENGINE: 'echo', ECHO_MS: '20', MAX_WORKERS: '1' });
let proxy: CuttingProxy | undefined;
const cutting = async () => {
  proxy = await startCuttingProxy(on.service.ws, IMAGES >= 1000 ? 1000 : await meanMs());
  return proxy;
};
/** A cut a second in the long run, and in the short one as many for each image, however slow the machine is. */
async function meanMs(): Promise<number> {
  const cloud = connect(on.service.ws);
  const tookMs = [];
  for (let n = 0; n < 5; n++) {
    const beganAt = performance.now();
    await cloud.classify(on.images.url(`/lone-${n}.jpg`));
    tookMs.push(performance.now() - beganAt);
  }
  cloud.close();
  return Math.max(300, 7 * Math.min(...tookMs));
}
afterEach(() => proxy?.stop());
const urls = (name: string) => Array.from({ length: IMAGES }, (_, n) => on.images.url(`/${name}-${n}.jpg`));
const all = Array.from({ length: IMAGES }, (_, n) => n);

/** Each once, all of them results, and no image asked for under a second id. */
async function expectEachOnce(name: string, answers: { index: number; ok: boolean }[], before: number) {
  expect(answers.map(({ index }) => index).sort((a, b) => a - b)).toEqual(all);
  expect(answers.filter(({ ok }) => !ok)).toEqual([]);
  expect((await keysOf(on.service, 'results/')).length - before).toBe(IMAGES);
  const downloads = urls(name).map((_, n) => on.images.hits(`/${name}-${n}.jpg`));
  console.log(
    `${name}: ${proxy?.cuts()} cuts; ${downloads.filter((hits) => hits > 1).length} images worked on twice`,
  );
}

test('while the socket is cut at random, Node gets each answer once', async () => {
  const { url, cuts } = await cutting();
  const before = (await keysOf(on.service, 'results/')).length;
  const cloud = connect(url);
  const answers = [];
  for await (const { index, ok } of cloud.classifyAll(urls('node'))) answers.push({ index, ok });
  cloud.close();
  await expectEachOnce('node', answers, before);
  expect(cuts()).toBeGreaterThan(2);
}, 300_000);

inChromium('while the socket is cut at random', ({ open, allow }) => {
  test('Chromium gets each answer once', async () => {
    allow(/WebSocket connection/); // of the browser, about what is cut
    const { url, cuts } = await cutting();
    const before = (await keysOf(on.service, 'results/')).length;
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('../../client/index.ts', import.meta.url))],
      bundle: true,
      format: 'esm',
      write: false,
    });
    const server = createServer((request, response) =>
      request.url === '/client.js'
        ? response.writeHead(200, { 'content-type': 'text/javascript' }).end(outputFiles[0]?.contents)
        : response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>test</title>'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = z.object({ port: z.int() }).parse(server.address());
      const page = await open(`http://127.0.0.1:${port}/`);
      const answers: unknown = await page.evaluate(`(async () => {
        const { connect } = await import('/client.js');
        const cloud = connect(${JSON.stringify(url)});
        const answers = [];
        for await (const { index, ok } of cloud.classifyAll(${JSON.stringify(urls('chromium'))}))
          answers.push({ index, ok });
        cloud.close();
        return answers;
      })()`);
      await expectEachOnce(
        'chromium',
        z.array(z.object({ index: z.int(), ok: z.boolean() })).parse(answers),
        before,
      );
      expect(cuts()).toBeGreaterThan(2);
    } finally {
      server.close();
    }
  }, 300_000);
});
