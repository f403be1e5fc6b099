import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { ServiceError } from './errors.ts';

export const MAX_URL_LENGTH = 2048;

export interface UrlRules {
  allowedPorts: readonly number[];
  /** `host:port` pairs that pass though their address is private. */
  allowedPrivateHosts: readonly string[];
}

const isTrusted = (url: URL, rules: UrlRules) =>
  rules.allowedPrivateHosts.some((pair) => pair.toLowerCase() === `${url.hostname}:${portOf(url)}`);
const portOf = (url: URL) => Number(url.port || (url.protocol === 'https:' ? 443 : 80));

/** A URL that passed {@link checkUrl}; `trusted` where ALLOWED_PRIVATE_HOSTS names it, so that its address is not checked. */
export interface CheckedUrl {
  url: URL;
  trusted: boolean;
}

/**
 * What the URL parser would mend or swallow, and another program might read otherwise: control characters, blanks
 * around, a scheme without its two slashes or with more, backslashes for slashes before the path.
 */
const AS_IT_STANDS = /^https?:\/\/(?<authority>[^/?#\\]+)(?:[/?#]|$)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are looked for
const MENDED = /[\u0000-\u001f\u007f]|^\s|\s$/;

/**
 * Names that no public name server answers for: those of this machine (RFC 6761), of the local link (RFC 6762 and its
 * appendix G), of a home network (RFC 8375), ICANN's `internal`, and any without a dot.
 */
const LOCAL_NAME =
  /^[^.]*$|(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)$/;

/**
 * Checks all that a URL's text shows: scheme, credentials, length, port, a literal address in any spelling (the URL
 * parser turns octal, hex, short and full-width forms into the usual one), and names of local networks. Submit asks
 * it, and the worker does for the URL and for each redirect; the addresses behind a name are left to the worker.
 * @throws ServiceError `INVALID_URL`, or `FORBIDDEN_URL` for a port or an address that is not allowed
 */
export function checkUrl(text: string, rules: UrlRules): CheckedUrl {
  if (text.length > MAX_URL_LENGTH)
    throw new ServiceError('INVALID_URL', `The URL is longer than ${MAX_URL_LENGTH} characters.`);
  if (MENDED.test(text) || !URL.canParse(text)) throw new ServiceError('INVALID_URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new ServiceError(
      'INVALID_URL',
      `The URL's scheme must be http or https, not ${url.protocol.slice(0, -1)}.`,
    );
  const authority = AS_IT_STANDS.exec(text)?.groups?.authority;
  if (authority === undefined || hasEmptyLabel(url.hostname)) throw new ServiceError('INVALID_URL');
  if (authority.includes('@')) throw new ServiceError('INVALID_URL', 'The URL must not carry credentials.');
  if (isTrusted(url, rules)) return { url, trusted: true };
  if (!rules.allowedPorts.includes(portOf(url)))
    throw new ServiceError('FORBIDDEN_URL', `Port ${portOf(url)} is not allowed.`);
  checkHost(url.hostname);
  return { url, trusted: false };
}

/** One dot may end a name; two would hide a literal address from the parser. */
const hasEmptyLabel = (hostname: string) => hostname.startsWith('.') || hostname.includes('..');

function checkHost(hostname: string): void {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0) {
    if (!isPublicAddress(literal))
      throw new ServiceError('FORBIDDEN_URL', `The address ${literal} is not public.`);
  } else if (LOCAL_NAME.test(hostname.replace(/\.$/, ''))) {
    throw new ServiceError('FORBIDDEN_URL', `${hostname} is a name of a local network.`);
  }
}

/** What `ipaddr.js` takes for unicast like any other. */
const NOT_PUBLIC = [
  '168.63.129.16/32', // Azure: its machines' own metadata and DNS, under an address that looks public
  '3ffe::/16', // the 6bone, handed back (RFC 3701)
].map((range) => ipaddr.parseCIDR(range));

/** Of IPv6 only this is given out (RFC 4291 §2.4, IANA); the rest is reserved or was deprecated. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an IP address is one of the public internet: global unicast, and in none of the ranges of IANA's registries
 * of special-purpose addresses, those included that are reachable but hold no host of images (AS112, AMT, NAT64). An
 * IPv4-mapped address is what it maps; those that embed an IPv4 address otherwise (6to4, Teredo, NAT64, ISATAP,
 * IPv4-compatible) are refused, whatever they embed.
 */
export function isPublicAddress(address: string): boolean {
  // The library takes short and octal forms too, and the compatible ::a.b.c.d for a mapped one.
  if (isIP(address) === 0 || /^::\d+\./.test(address)) return false;
  const parsed = ipaddr.process(address); // IPv4-mapped IPv6 becomes IPv4
  if (parsed.range() !== 'unicast') return false;
  if (NOT_PUBLIC.some((range) => parsed.kind() === range[0].kind() && parsed.match(range))) return false;
  return parsed instanceof ipaddr.IPv4 || (parsed.match(GLOBAL_UNICAST) && !isIsatap(parsed));
}

/** RFC 5214 §6.1: an interface identifier of 0:5efe or 200:5efe, then an IPv4 address of a site. */
const isIsatap = ({ parts: [, , , , universal, kind] }: ipaddr.IPv6) =>
  kind === 0x5efe && (universal === 0 || universal === 0x200);
