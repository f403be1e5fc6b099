import { request } from 'undici';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Connections } from './connections.ts';
import { type ImageHost, startImageHost } from './testing/image-host.ts';

let host: ImageHost;
let connections: Connections;

beforeEach(async () => {
  host = await startImageHost();
});
afterEach(async () => {
  await connections.destroy();
  host.stop();
});

async function ask(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const { body } = await request(host.url, { dispatcher: connections.agent });
    await body.arrayBuffer();
  }
}
const used = () => new Set(host.requests.map(({ socket }) => socket)).size;

it('finishes what was asked through connections that have become too old, and makes others', async () => {
  connections = new Connections({ connections: 10 }, 0);
  const held: (() => void)[] = [];
  host.on('/slow', (_request, response) => held.push(() => response.end('done')));
  const slow = request(`${host.url}/slow`, { dispatcher: connections.agent });
  await vi.waitFor(() => expect(held).toHaveLength(1));
  await ask(2);
  expect(used()).toBe(3);
  held[0]?.();
  expect(await (await slow).body.text()).toBe('done');
});
