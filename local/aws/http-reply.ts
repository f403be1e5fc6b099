import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** An answer before it is written. */
export interface Reply {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

/** Writes an answer; a client that is gone by now misses it. */
export function writeReply(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  const body = reply.body ?? '';
  const mayHaveBody = reply.status !== 204 && reply.status !== 304;
  response.writeHead(reply.status, {
    ...(mayHaveBody && { 'content-length': Buffer.byteLength(body) }),
    'x-amzn-requestid': randomUUID(),
    ...reply.headers,
  });
  response.end(body);
}
