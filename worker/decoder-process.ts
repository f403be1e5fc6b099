// Entry of the decoder: a process that decodes images for a worker, and may die of one. It reads them from its standard
// input, writes pixels to a file that the worker has opened for it, and tells of them, or of the error, on its standard
// output; it has no other way out, and no environment.
import { writevSync } from 'node:fs';
import { toServiceError } from '../shared/errors.ts';
import { type DecodedImage, decodeImage } from './decode-image.ts';
import { type Frame, FrameReader, frameParts } from './decoder-frames.ts';
import { type DecoderAnswer, decoderTask, PIXELS_FD } from './decoder-messages.ts';

/** Files from this size on are cleared away at once, in bytes: to V8 they look like next to nothing. */
const LARGE_FILE = 4_000_000;

function answer(id: number, head: DecoderAnswer): void {
  for (const part of frameParts(id, head)) process.stdout.write(part);
}

/** @returns how many bytes there are of them */
function writePixels(views: readonly Uint8Array[], place: number): number {
  const bytes = views.reduce((sum, { length }) => sum + length, 0);
  if (bytes > 0 && writevSync(PIXELS_FD, views, place) < bytes) throw new Error('no room for pixels');
  return bytes;
}

async function answerTo({ head, body }: Frame): Promise<DecoderAnswer> {
  const { place, ...wanted } = decoderTask.parse(head);
  let decoded: DecodedImage;
  try {
    decoded = await decodeImage(Buffer.from(body.buffer), wanted);
  } catch (thrown) {
    const { code, message, cause } = toServiceError(thrown);
    return { error: { code, message, detail: cause instanceof Error ? cause.message : '' } };
  }
  try {
    const { views, ...image } = decoded;
    return { image, bytes: writePixels(views, place) };
  } catch (error) {
    return { failed: String(error) };
  }
}

async function decode(frame: Frame): Promise<void> {
  answer(frame.id, await answerTo(frame));
}

const reader = new FrameReader((frame) => {
  const large = frame.body.length >= LARGE_FILE;
  void decode(frame).then(() => large && setImmediate(() => globalThis.gc?.()));
});
process.stdin.on('data', (chunk: Buffer) => reader.read(chunk));
// The worker is gone. `process.exit` would wait for an image that hangs.
process.stdin.on('close', () => process.kill(process.pid, 'SIGKILL'));
// They reach the whole group, from a terminal or from systemd: the worker is to finish what it holds.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
answer(0, { ready: true });
