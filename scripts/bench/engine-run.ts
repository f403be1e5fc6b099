import { decodeView } from '../../worker/decode-view.ts';
import type { Engine } from '../../worker/engines/engine.ts';
import { labelsOf } from '../../worker/labels/labels-of.ts';
import { INCEPTION_VIEW } from '../../worker/models/inception-v3.ts';
import { slotsFor } from '../../worker/prefetch.ts';
import { Turns } from '../../worker/turns.ts';
import type { Measured } from './load.ts';
import { Tally } from './tally.ts';

const TOP_K = { topK: 5, minConfidence: 0 };

/** How long to run, ms: `durationMs` are measured after `warmUpMs`. */
export interface Span {
  warmUpMs: number;
  durationMs: number;
}

/**
 * JPEG bytes in, labels out, as a worker does it between its download and its answer: the next image is decoded while
 * this one is inferred, and as many are on their way as a worker has slots. The latency is that of one image among those.
 */
export function runEngine(engine: Engine, photos: readonly Buffer[], span: Span): Promise<Measured> {
  const decoding = new Turns(engine.threads);
  const inferring = new Turns(engine.threads);
  return measure(slotsFor(engine.threads), span, async (turn) => {
    const photo = photos[turn % photos.length] ?? Buffer.alloc(0);
    const { rgb } = await decoding.run(() => decodeView(photo, INCEPTION_VIEW));
    const probabilities = await inferring.run(() => engine.classify(rgb, 1));
    labelsOf(probabilities, { ...engine.manifest, labels: engine.labels }, TOP_K);
  });
}

/** The net alone: decoded images in, probabilities out, one image after the other on each thread. */
export async function runNet(engine: Engine, photos: readonly Buffer[], span: Span): Promise<Measured> {
  const decoded = await Promise.all(
    photos.map(async (photo) => (await decodeView(photo, INCEPTION_VIEW)).rgb),
  );
  return measure(engine.threads, span, async (turn) => {
    await engine.classify(decoded[turn % decoded.length] ?? new Uint8Array(), 1);
  });
}

async function measure(
  atOnce: number,
  { warmUpMs, durationMs }: Span,
  work: (turn: number) => Promise<void>,
): Promise<Measured> {
  const tally = new Tally();
  const from = performance.now() + warmUpMs;
  const to = from + durationMs;
  let turn = 0;
  const loop = async () => {
    for (let start = performance.now(); start < to; ) {
      await work(turn++);
      const now = performance.now();
      if (now >= from && now < to) tally.add({ kind: 'result' }, now - start);
      start = now;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
  return { tally, seconds: durationMs / 1000, total: turn };
}
