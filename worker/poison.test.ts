import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { buildWorker } from '../local/build-worker.ts';
import { Results } from '../shared/results.ts';
import type { Wanted } from './decode-image.ts';
import { decoderCommand } from './decoder-command.ts';
import { ImageDecoder } from './image-decoder.ts';
import { depthOf, send, takeBodies, takeResponses } from './testing/cloud.ts';
import { useFixture } from './testing/fixture.ts';
import { anyJpeg } from './testing/image-host.ts';
import { jobFor } from './testing/jobs.ts';

const fixture = useFixture();
let decoder: ImageDecoder;
beforeAll(async () => {
  decoder = new ImageDecoder({
    atOnce: 1,
    command: decoderCommand(1, pathToFileURL(await buildWorker()).href),
  });
});
afterAll(() => decoder.close());

/** The real decoder, which dies as of a bug in its libraries whenever it has an image with this in it. */
const POISON = Buffer.from('this image is poison');
async function decode(bytes: Buffer, wanted: Wanted) {
  if (!bytes.includes(POISON)) return decoder.decode(bytes, wanted);
  const pid = (await decoder.start()) ?? expect.fail('no decoder');
  process.kill(pid, 'SIGSTOP'); // so that it has the image when it dies
  const image = decoder.decode(bytes, wanted);
  setImmediate(() => process.kill(pid, 'SIGKILL'));
  return image;
}

it('an image that kills its decoder costs its own job, at its fourth receive, and never those beside it', {
  timeout: 90_000,
}, async () => {
  const { cloud, images, start } = fixture();
  const jpeg = await anyJpeg();
  const poison = jobFor(
    images.on('/poison.jpg', (_request, response) => response.end(Buffer.concat([jpeg, POISON]))),
  );
  const good = Array.from({ length: 8 }, (_, i) => jobFor(`${images.url}/good-${i}.jpg`));
  for (const job of [good[0], poison, ...good.slice(1)]) await send(cloud.config.REQUEST_QUEUE_URL, job);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true); // it logs what killed its decoder
  start({ decode });
  const results = new Results(cloud.config.BUCKET);
  const stored = async () => Promise.all([poison, ...good].map(({ requestId }) => results.find(requestId)));
  await vi.waitFor(async () => expect(await stored()).not.toContain(undefined), {
    timeout: 60_000,
    interval: 50,
  });

  const responses = await takeResponses(cloud, 9);
  const outcomes = new Map(responses.map(({ requestId, outcome }) => [requestId, outcome]));
  for (const { requestId } of good) expect(outcomes.get(requestId)?.type).toBe('result');
  expect(outcomes.get(poison.requestId)).toMatchObject({ error: { code: 'INTERNAL', retryable: true } });
  expect(await takeBodies(cloud.config.DEAD_LETTER_QUEUE_URL, 1)).toEqual([JSON.stringify(poison)]);
  await vi.waitFor(async () =>
    expect(await depthOf(cloud.config.REQUEST_QUEUE_URL)).toEqual({ visible: 0, inFlight: 0 }),
  );

  const asked = (url: string) => images.requests.filter((request) => url.endsWith(request.url ?? '-')).length;
  expect(asked(poison.imageUrl)).toBe(3);
  expect(good.map(({ imageUrl }) => asked(imageUrl))).toEqual(good.map(() => 1));
});
