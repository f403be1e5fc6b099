import { expect, it, vi } from 'vitest';
import { Decoding } from './decoding.ts';
import { EchoEngine } from './engines/echo.ts';
import type { LoadedModel } from './loaded-models.ts';
import { INCEPTION_V3 } from './models/inception-v3.ts';
import { bytesOf, type View } from './view.ts';

const WHOLE: View = { height: 2, width: 2 };
const MIDDLE: View = { height: 2, width: 2, shorterSide: 3 };
const limits = {
  deadline: Date.now() + 60_000,
  persist: <T>(_step: string, task: () => Promise<T>) => task(),
  aside: <T>(wait: () => Promise<T>) => wait(),
};
const modelWith = (name: string, { shorterSide, ...input }: View): LoadedModel => ({
  manifest: { ...INCEPTION_V3.manifest, name, input, preprocessing: { shorterSide } },
  engine: new EchoEngine({ threads: 1, echoMs: 0 }),
  labels: [],
});

const released = vi.fn();
/** Gives views whose pixels are the shorter side asked for. */
const decode = vi.fn(async (_file: Buffer, { views }: { views: readonly View[] }) => ({
  views: views.map((view) => new Uint8Array(bytesOf(view)).fill(view.shorterSide ?? 0)),
  width: 4,
  height: 4,
  format: 'png' as const,
  release: released,
}));

it('makes what models see alike once, and tells when nobody needs it', async () => {
  const [first, second, third] = [MIDDLE, MIDDLE, WHOLE].map((view, i) => modelWith(`${i}`, view));
  if (!first || !second || !third) throw new Error('three models');
  const { seenBy, image, release } = await new Decoding(decode, 1).run(
    Buffer.alloc(1),
    { models: [first, second, third], colors: true },
    limits,
  );
  expect(decode).toHaveBeenLastCalledWith(expect.anything(), {
    views: [MIDDLE, WHOLE],
    colors: true,
  });
  expect(image).toEqual({ width: 4, height: 4, format: 'png' });
  const [a, b, c] = [seenBy(first), seenBy(second), seenBy(third)];
  expect(a.pixels).toEqual(new Uint8Array(12).fill(3));
  expect(b.pixels).toBe(a.pixels);
  expect(c.pixels).toEqual(new Uint8Array(12).fill(0));
  expect(released).not.toHaveBeenCalled();
  release();
  expect(released).toHaveBeenCalled();
});
