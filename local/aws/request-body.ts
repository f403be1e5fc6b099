import type { IncomingMessage } from 'node:http';

/** A body that is larger than what is held in memory here. */
export class BodyTooLargeError extends Error {
  override name = 'BodyTooLargeError';
}

const MAX_BODY_BYTES = 256 * 1024 * 1024;

/**
 * Reads a request to its end.
 * @throws BodyTooLargeError beyond 256 MiB
 * @throws Error when the client hangs up before the end
 */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
      else reject(new BodyTooLargeError(`The request's body is larger than ${MAX_BODY_BYTES} bytes.`));
    });
    request.once('end', () => {
      const [first] = chunks;
      resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks));
    });
    request.once('error', reject);
    request.once('close', () => reject(new Error('The client hung up before the end of its request.')));
  });
}
