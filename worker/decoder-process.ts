// Entry of the decoder: a process that decodes images for a worker, and may die of one. It reads them from its standard
// input and writes pixels, or the error, to its standard output; it has no other way out, and no environment.
import { toServiceError } from '../shared/errors.ts';
import { decodeImage } from './decode-image.ts';
import { type Frame, FrameReader, frameParts } from './decoder-frames.ts';
import { type DecoderAnswer, decoderTask } from './decoder-messages.ts';

/** Files from this size on are cleared away at once, in bytes: to V8 they look like next to nothing. */
const LARGE_FILE = 4_000_000;

function answer(id: number, head: DecoderAnswer, ...body: Uint8Array[]): void {
  for (const part of frameParts(id, head, ...body)) process.stdout.write(part);
}

async function decode({ id, head, body }: Frame): Promise<void> {
  try {
    const { views, ...image } = await decodeImage(Buffer.from(body.buffer), decoderTask.parse(head));
    answer(id, { image }, ...views);
  } catch (thrown) {
    const { code, message, cause } = toServiceError(thrown);
    answer(id, { error: { code, message, detail: cause instanceof Error ? cause.message : '' } });
  }
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
