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
 * Checks all that a URL's text shows: scheme, credentials, length, port, and a literal address in any spelling
 * (the URL parser turns octal, hex and short forms into the usual one).
 * @throws ServiceError `INVALID_URL`, or `FORBIDDEN_URL` for a port or an address that is not allowed
 */
export function checkUrl(text: string, rules: UrlRules): CheckedUrl {
  if (text.length > MAX_URL_LENGTH)
    throw new ServiceError('INVALID_URL', `The URL is longer than ${MAX_URL_LENGTH} characters.`);
  // The parser would mend what is no URL: blanks around it, a scheme without its slashes.
  if (/^\s|\s$/.test(text) || !URL.canParse(text)) throw new ServiceError('INVALID_URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new ServiceError(
      'INVALID_URL',
      `The URL's scheme must be http or https, not ${url.protocol.slice(0, -1)}.`,
    );
  if (!/^https?:\/\//i.test(text)) throw new ServiceError('INVALID_URL');
  if (url.username || url.password)
    throw new ServiceError('INVALID_URL', 'The URL must not carry credentials.');
  if (isTrusted(url, rules)) return { url, trusted: true };
  if (!rules.allowedPorts.includes(portOf(url)))
    throw new ServiceError('FORBIDDEN_URL', `Port ${portOf(url)} is not allowed.`);
  const literal = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (ipaddr.isValid(literal) && !isPublicAddress(literal))
    throw new ServiceError('FORBIDDEN_URL', `The address ${literal} is not public.`);
  return { url, trusted: false };
}

/** Whether an IP address is one of the public internet: global unicast, also inside an IPv4-mapped one. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address); // IPv4-mapped IPv6 becomes IPv4
  if (parsed.range() !== 'unicast') return false;
  // Of IPv6 only 2000::/3 is given out (RFC 4291 §2.4, IANA); the rest is reserved or was deprecated.
  return parsed.kind() === 'ipv4' || parsed.match(ipaddr.parseCIDR('2000::/3'));
}
