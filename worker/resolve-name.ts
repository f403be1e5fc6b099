import type { LookupAddress } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';
import type { ResolveAll } from './public-lookup.ts';

/** Each answer of a name server is waited for this long, in ms, and asked for this often. */
const PATIENCE = { timeout: 1_500, tries: 2 };

/** The most look-ups that the system may be asked for at once; see {@link askSystem}. */
const MAX_ASKING = 8;

/** What name servers say of names that they do not know, and what is said where there is no name server. */
const UNKNOWN = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED']);

/**
 * Asks the name servers by itself, without a thread: `getaddrinfo` runs on two of libuv's threads, and a name server
 * that keeps two names waiting (which anybody may run) would hold up the downloads of all the others for as long as the
 * system's patience lasts. What the name servers do not know may still stand in the hosts file: the system is asked.
 */
export function nameResolver(servers?: readonly string[]): ResolveAll {
  const dns = new Resolver(PATIENCE);
  if (servers) dns.setServers(servers);
  return async (hostname) => {
    const [v4, v6] = await Promise.allSettled([dns.resolve4(hostname), dns.resolve6(hostname)]);
    // IPv4 first: a machine may have no other.
    const found = [...addressesIn(v4, 4), ...addressesIn(v6, 6)];
    if (found.length > 0) return found;
    const failures = [v4, v6].flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    const trouble = failures.find((failure) => !UNKNOWN.has(failure.code));
    if (trouble) throw trouble;
    return askSystem(hostname);
  };
}

function addressesIn(answer: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] {
  return answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];
}

let asking = 0;

/** As the machine resolves names, its hosts file included. Few at a time, since any of them may take long. */
async function askSystem(hostname: string): Promise<LookupAddress[]> {
  if (asking >= MAX_ASKING)
    throw Object.assign(new Error('too many names are being looked up'), { code: 'EAI_AGAIN' });
  asking++;
  try {
    return await lookup(hostname, { all: true });
  } finally {
    asking--;
  }
}
