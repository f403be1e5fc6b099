import { beforeEach, expect, test, vi } from 'vitest';

let connect: (event: unknown) => Promise<unknown>;
async function load(origins: string) {
  process.env.ALLOWED_ORIGINS = origins;
  vi.resetModules();
  ({ handler: connect } = await import('./connect.ts'));
}
beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
const open = (headers: Record<string, string>) =>
  connect({ headers, requestContext: { connectionId: 'c', authorizer: { tenant: 'ann' } } });

test('of the subprotocols that a browser offers, the key is not sent back', async () => {
  await load('');
  const offered = { 'Sec-WebSocket-Protocol': 'key.Y2Nf, classifycloud.v1' };
  expect(await open(offered)).toEqual({
    statusCode: 200,
    headers: { 'Sec-WebSocket-Protocol': 'classifycloud.v1' },
  });
  expect(await open({ 'sec-websocket-protocol': 'key.Y2Nf, other' })).toEqual({ statusCode: 200 });
  expect(await open({})).toEqual({ statusCode: 200 });
});

test('only pages of allowed origins connect, and programs, which tell none', async () => {
  await load('https://a.example, http://localhost:8080');
  expect(await open({ Origin: 'https://a.example' })).toEqual({ statusCode: 200 });
  expect(await open({ origin: 'http://localhost:8080' })).toEqual({ statusCode: 200 });
  expect(await open({})).toEqual({ statusCode: 200 });
  for (const origin of ['https://b.example', 'http://a.example', 'https://a.example.b.example', 'null', ''])
    expect(await open({ origin })).toEqual({ statusCode: 403 });
});

test('all may where nothing is said', async () => {
  await load('');
  expect(await open({ origin: 'https://b.example' })).toEqual({ statusCode: 200 });
});

test('nobody whom no authorizer let in', async () => {
  await load('');
  await expect(connect({ requestContext: { connectionId: 'c' } })).rejects.toThrow();
});
