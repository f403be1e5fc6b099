import { once } from 'node:events';
import { createServer } from 'node:http';
import { v7 } from 'uuid';
import { z } from 'zod';
import { MAX_IMAGE_BYTES } from '../../shared/image-size.ts';
import { digestOf, type JobMessage, MESSAGE_VERSION } from '../../shared/jobs.ts';
import { KnownImages } from '../../worker/cache/known-images.ts';
import { Classifier } from '../../worker/classify.ts';
import { ImageFetcher } from '../../worker/fetch-image.ts';
import { ImageDecoder } from '../../worker/image-decoder.ts';
import { oneModel } from '../../worker/testing/one-model.ts';
import { UploadReader } from '../../worker/upload-reader.ts';
import { latencyPlot } from './latency-plot.ts';
import { openEngine, startsChoice } from './open-engine.ts';
import { makePhotos } from './photos.ts';
import { tell } from './progress.ts';
import { type Finding, figuresOf, type Row } from './report.ts';
import { latencyFigures } from './statistics.ts';

export interface CacheOptions {
  images: number;
}

const CACHE_BYTES = 8e6;
const LARGE = 20;
const DOWNLOAD_MS = 10_000;

/** What a worker takes for an image that it knows, and for one that it does not, its download and waiting not counted. */
export async function benchCache({ images }: CacheOptions): Promise<Finding> {
  const engine = await openEngine(startsChoice(), 1);
  const decoder = new ImageDecoder({ atOnce: 1 });
  await decoder.start();
  const host = await startHost(await makePhotos());
  const rules = { allowedPorts: [], allowedPrivateHosts: [host.address] };
  const fetcher = new ImageFetcher({ rules, userAgent: 'ClassifyCloud/bench' });
  const classifier = new Classifier({
    models: oneModel(engine),
    threads: 1,
    fetcher,
    uploads: new UploadReader('none', DOWNLOAD_MS),
    downloadMs: DOWNLOAD_MS,
    decode: (bytes, wanted) => decoder.decode(bytes, wanted),
    known: new KnownImages(CACHE_BYTES),
  });
  const limits = {
    deadline: Number.POSITIVE_INFINITY,
    persist: <T>(_: string, task: () => Promise<T>) => task(),
    aside: <T>(wait: () => Promise<T>) => wait(),
  };

  /** Of each URL, in ms. @param known whether the worker is to know it */
  async function timesOf(urls: readonly string[], known: boolean): Promise<number[]> {
    const times: number[] = [];
    for (const url of urls) {
      const start = performance.now();
      const { timings, cached = false } = await classifier.classify(jobFor(url), limits);
      times.push(performance.now() - start - timings.downloadMs);
      if (cached !== known) throw new Error(`${url} was ${cached ? '' : 'not '}remembered`);
    }
    return times;
  }

  const urls = (kind: string, count: number) =>
    Array.from({ length: count }, (_, n) => `http://${host.address}/${kind}/${n}`);
  const [plain, tagged] = [urls('plain', images), urls('tagged', images)];
  const large = urls('large', 1);
  tell(`${2 * images} images that nobody knows`);
  const latencies: Record<string, number[]> = {
    'not known': [...(await timesOf(plain, false)), ...(await timesOf(tagged, false))],
  };
  tell('the same once more');
  latencies['known by its bytes'] = await timesOf(plain, true);
  latencies['known by its ETag, not sent again'] = await timesOf(tagged, true);
  await timesOf(large, false);
  latencies['known by its bytes, a file of 20 MB'] = await timesOf(Array(LARGE).fill(large).flat(), true);

  const rows = Object.entries(latencies).map(([name, times]): Row => ({ name, ...latencyFigures(times) }));
  await Promise.all([fetcher.destroy(), engine.dispose()]);
  decoder.close();
  host.stop();
  const known = rows.find(({ name }) => name === 'known by its bytes');
  return {
    mode: 'cache',
    engine: engine.name,
    precision: engine.precision,
    ...(known && figuresOf(known)),
    rows,
    configuration: { images, threads: 1, cacheMb: CACHE_BYTES / 1e6 },
    notes: [
      'One image after the other, in this process; the download is not counted, and no queue and no bucket is asked.',
    ],
    plots: [latencyPlot(latencies)],
  };
}

function jobFor(imageUrl: string): JobMessage {
  const ask = { imageUrl, model: 'inception-v3', topK: 5, minConfidence: 0 };
  const tenant = 'bench';
  return { v: MESSAGE_VERSION, requestId: v7(), ...ask, tenant, digest: digestOf(ask, tenant) };
}

const listening = z.object({ port: z.int() });

/** `/plain/N`, `/tagged/N`: another photo for each N, the latter with an ETag. `/large/N`: as large as is allowed. */
async function startHost(photos: readonly Buffer[]) {
  const server = createServer(({ url = '', headers }, response) => {
    const [, kind, n] = url.split('/');
    const photo = photos[Number(n) % photos.length] ?? Buffer.alloc(0);
    const file = Buffer.concat([photo, Buffer.from(url)], kind === 'large' ? MAX_IMAGE_BYTES : undefined);
    const etag = `"${n}"`;
    if (kind === 'tagged' && headers['if-none-match'] === etag) response.writeHead(304).end();
    else
      response
        .writeHead(200, { 'content-length': file.length, ...(kind === 'tagged' && { etag }) })
        .end(file);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { address: `127.0.0.1:${listening.parse(server.address()).port}`, stop };
}
