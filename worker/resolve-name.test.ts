import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nameResolver } from './resolve-name.ts';

const A = 1;
const AAAA = 28;
const NXDOMAIN = 3;

/** What the name server here knows: addresses, or `silent`. All other names do not exist. */
const ZONE: Readonly<Record<string, { [type: number]: number[][] } | 'silent'>> = {
  'both.example': {
    [A]: [
      [93, 184, 216, 34],
      [10, 0, 0, 1],
    ],
    [AAAA]: [[0x26, 0x06, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x11]],
  },
  'old.example': { [A]: [[93, 184, 216, 34]] },
  'silent.example': 'silent',
};

/** Answers a question (RFC 1035 §4): the question again, and the addresses, each under the name at byte 12. */
function answer(server: Socket, question: Buffer, { port, address }: RemoteInfo): void {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = question.readUInt16BE(at + 1);
  const known = ZONE[labels.join('.').toLowerCase()];
  if (known === 'silent') return;
  const records = (known?.[type] ?? []).map((data) =>
    Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length, ...data]),
  );
  const header = Buffer.from([
    0,
    0,
    0x81,
    known ? 0x80 : 0x80 | NXDOMAIN,
    0,
    1,
    0,
    records.length,
    0,
    0,
    0,
    0,
  ]);
  question.copy(header, 0, 0, 2);
  server.send(Buffer.concat([header, question.subarray(12, at + 5), ...records]), port, address);
}

let server: Socket;
let resolve: ReturnType<typeof nameResolver>;
beforeAll(async () => {
  server = createSocket('udp4', (question, from) => answer(server, question, from)).bind(0, '127.0.0.1');
  await once(server, 'listening');
  resolve = nameResolver([`127.0.0.1:${server.address().port}`]);
});
afterAll(() => server.close());

it('finds all addresses of a name, IPv4 first', async () => {
  expect(await resolve('both.example')).toEqual([
    { address: '93.184.216.34', family: 4 },
    { address: '10.0.0.1', family: 4 },
    { address: '2606:4700::1111', family: 6 },
  ]);
  expect(await resolve('old.example')).toEqual([{ address: '93.184.216.34', family: 4 }]);
});

it('fails by its code where a name does not exist', async () => {
  await expect(resolve('nothing.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

it('knows the names of the hosts file', async () => {
  expect(await resolve('localhost')).toContainEqual({ address: '127.0.0.1', family: 4 });
});

it('finds a name while name servers leave many others waiting', async () => {
  const order: string[] = [];
  const silent = Array.from({ length: 20 }, () =>
    resolve('silent.example').catch((error: { code: string }) => order.push(error.code)),
  );
  order.push(...(await resolve('old.example')).map(({ address }) => address));
  expect(order).toEqual(['93.184.216.34']);
  await Promise.all(silent);
  expect(new Set(order.slice(1))).toEqual(new Set(['ETIMEOUT']));
});
