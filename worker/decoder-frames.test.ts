import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Frame, FrameReader, frameParts } from './decoder-frames.ts';

it('puts frames together however they were cut into chunks', () => {
  const frame = fc.record({
    id: fc.nat(2 ** 32 - 1),
    head: fc.oneof(
      fc.constant({}),
      fc.jsonValue().map((value) => ({ value })),
    ),
    body: fc.uint8Array({ maxLength: 50 }),
  });
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 30 })),
      (frames, cuts) => {
        const sent = Buffer.concat(frames.flatMap(({ id, head, body }) => frameParts(id, head, body)));
        const came: Frame[] = [];
        const reader = new FrameReader((one) => came.push(one));
        for (let at = 0; at < sent.length; ) {
          const next = at + (cuts.shift() ?? sent.length);
          reader.read(sent.subarray(at, next));
          at = next;
        }
        const parsed = frames.map(({ id, head, body }) => ({
          id,
          head: JSON.parse(JSON.stringify(head)),
          body: Uint8Array.from(body),
        }));
        expect(came).toEqual(parsed);
      },
    ),
  );
});

it('takes nothing else for a frame: it throws, and reserves no memory for it', () => {
  const noise = fc.uint8Array({ minLength: 12, maxLength: 200 });
  fc.assert(
    fc.property(noise, (bytes) => {
      const reader = new FrameReader(() => {});
      try {
        reader.read(bytes);
      } catch (error) {
        expect(error instanceof RangeError || error instanceof SyntaxError).toBe(true);
      }
    }),
  );
  expect(() => new FrameReader(() => {}).read(Buffer.alloc(12, 0xff))).toThrow(RangeError);
});
