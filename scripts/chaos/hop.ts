import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Incoming } from './call.ts';
import type { Reply } from './reply.ts';

const listening = z.object({ port: z.int() });

export interface Hop {
  url: string;
  stop(): void;
}

/** Passes a request on to the real place, with another body where one is given. Rejects where a long poll's client hangs up. */
export type Forward = (body?: Buffer) => Promise<Reply>;

/** Answers a request, or breaks its connection where it gives `undefined`. */
export type Answer = (incoming: Incoming, forward: Forward) => Promise<Reply | undefined>;

/** Stands in front of an HTTP server, on a free port of 127.0.0.1. */
export async function startHop(target: string, answer: Answer): Promise<Hop> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    void pass(request, response).then((reply) => {
      if (reply === undefined) response.destroy();
      else write(response, reply);
    });
  });

  async function pass(message: IncomingMessage, response: ServerResponse): Promise<Reply | undefined> {
    const hangUp = new AbortController();
    response.once('close', () => hangUp.abort());
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of message) chunks.push(chunk);
      const { method = 'GET', url = '/', headers } = message;
      const incoming = { method, url, headers, body: Buffer.concat(chunks), signal: hangUp.signal };
      return await answer(incoming, (body) => forward({ ...incoming, body: body ?? incoming.body }));
    } catch (error) {
      if (!hangUp.signal.aborted) process.stderr.write(`chaos: ${message.method} ${message.url}: ${error}\n`);
      return undefined;
    }
  }

  const forward = ({ method, url, headers, body, signal }: Incoming) =>
    new Promise<Reply>((resolve, reject) => {
      const { 'transfer-encoding': _, ...rest } = headers;
      // A long poll that is broken off on this side must be broken off on the other. All else is done to its end,
      // so that whoever looks knows what came of it.
      const polls = headers['x-amz-target'] === 'AmazonSQS.ReceiveMessage';
      const options = {
        method,
        agent,
        headers: { ...rest, 'content-length': body.length },
        ...(polls && { signal }),
      };
      const forwarded = request(new URL(url, target), options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 500,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      });
      forwarded.once('error', reject);
      forwarded.end(body);
    });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${listening.parse(server.address()).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

function write(response: ServerResponse, { status, headers, body }: Reply): void {
  if (response.destroyed) return;
  const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...rest } = headers;
  const hasBody = status !== 204 && status !== 304;
  response.writeHead(status, { ...rest, ...(hasBody && { 'content-length': body.length }) });
  response.end(body);
}
