import type { LookupAddress } from 'node:dns';
import { expect, it, vi } from 'vitest';
import { ServiceError } from '../shared/errors.ts';
import { publicLookup } from './public-lookup.ts';

const PUBLIC = [
  { address: '93.184.216.34', family: 4 },
  { address: '2606:2800:220:1:248:1893:25c8:1946', family: 6 },
];
/** The addresses that a connection would be made to. */
const lookUp = (addresses: LookupAddress[], all: boolean) => {
  const resolveAll = vi.fn(async () => addresses);
  return new Promise<unknown>((resolve, reject) => {
    publicLookup(resolveAll)('name.example', { all }, (error, found) =>
      error ? reject(error) : resolve(found),
    );
  }).finally(() => expect(resolveAll).toHaveBeenCalledTimes(1));
};

it('gives the connection the very addresses that were checked', async () => {
  await expect(lookUp(PUBLIC, true)).resolves.toEqual(PUBLIC);
  await expect(lookUp(PUBLIC, false)).resolves.toBe(PUBLIC[0]?.address);
});

it.each(['10.0.0.1', '127.0.0.1', '169.254.169.254', '::1', '::ffff:10.0.0.1', 'fd00::1', '64:ff9b::a00:1'])(
  'refuses a name that has %s among its addresses',
  async (address) => {
    await expect(lookUp([...PUBLIC, { address, family: 0 }], true)).rejects.toBeInstanceOf(ServiceError);
  },
);

it('fails where a name has no address', async () => {
  await expect(lookUp([], true)).rejects.toMatchObject({ code: 'ENOTFOUND' });
});
