import { once } from 'node:events';
import { createServer } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { anyOf } from './any-of.ts';
import { ServerClock } from './clock.ts';
import { CallFailed, Http } from './http.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
let collecting: NodeJS.Timeout;
beforeEach(() => {
  collecting = setInterval(collectGarbage, 20);
});
afterEach(() => clearInterval(collecting));

test('a timeout that nobody else holds ends it, whatever garbage is collected meanwhile', async () => {
  const other = new AbortController();
  const signal = anyOf(anyOf(AbortSignal.timeout(300), other.signal), undefined);
  await once(signal, 'abort');
  expect(signal.reason).toHaveProperty('name', 'TimeoutError');
}, 5_000);

test('a call for an outcome that does not come ends in the time that it has, likewise', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.int() }).parse(server.address());
  const http = new Http(`http://127.0.0.1:${port}`, undefined, new ServerClock(), fetch);
  await expect(http.outcome('some-id', 300, new AbortController().signal)).rejects.toThrow(CallFailed);
  server.closeAllConnections();
  server.close();
}, 5_000);
