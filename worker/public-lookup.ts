import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { ServiceError } from '../shared/errors.ts';
import { isPublicAddress } from '../shared/url-guard.ts';

/** Finds all addresses of a host name. */
export type ResolveAll = (hostname: string) => Promise<LookupAddress[]>;

/**
 * A look-up for `net.connect` that fails unless every address of the name is public. The connection goes to what was
 * checked: there is no second look-up that a name server could answer otherwise ("DNS rebinding").
 * A literal address is not looked up; `checkUrl` has checked it.
 */
export function publicLookup(resolveAll: ResolveAll): LookupFunction {
  return (hostname, { all }, callback) => {
    resolvePublic(hostname, resolveAll).then(
      ([first, ...rest]) =>
        all ? callback(null, [first, ...rest]) : callback(null, first.address, first.family),
      (error: Error) => callback(error, []),
    );
  };
}

async function resolvePublic(
  hostname: string,
  resolveAll: ResolveAll,
): Promise<[LookupAddress, ...LookupAddress[]]> {
  const [first, ...rest] = await resolveAll(hostname);
  if (first === undefined) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
  if ([first, ...rest].some(({ address }) => !isPublicAddress(address)))
    throw new ServiceError('FORBIDDEN_URL', "The URL's host has an address that is not public.");
  return [first, ...rest];
}
