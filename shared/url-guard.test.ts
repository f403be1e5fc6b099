import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ServiceError } from './errors.ts';
import { checkUrl, isPublicAddress } from './url-guard.ts';
import { FORBIDDEN, HARMLESS, INVALID, PRIVATE_IPV4, PRIVATE_IPV6 } from './url-guard-cases.ts';

const rules = { allowedPorts: [80, 443], allowedPrivateHosts: ['127.0.0.1:3000', 'images.local:8080'] };
function codeOf(url: string): string {
  try {
    checkUrl(url, rules);
    return 'passes';
  } catch (error) {
    if (error instanceof ServiceError) return error.code;
    throw error;
  }
}

test('the table is as long as it should be', () => {
  expect(new Set([...FORBIDDEN, ...INVALID]).size).toBeGreaterThanOrEqual(800);
  expect(new Set(HARMLESS).size).toBeGreaterThanOrEqual(70);
});

test.each(HARMLESS)('a harmless URL passes: %s', (url) => expect(codeOf(url)).toBe('passes'));

test.each(FORBIDDEN)('an address, a name or a port that is not allowed is FORBIDDEN_URL: %s', (url) =>
  expect(codeOf(url)).toBe('FORBIDDEN_URL'),
);

test.each(INVALID)('what is no plain http(s) URL is INVALID_URL: %s', (url) =>
  expect(codeOf(url)).toBe('INVALID_URL'),
);

test.each(['http://127.0.0.1:3000/samples/labrador.jpg', 'http://IMAGES.local:8080/1.jpg'])(
  'what ALLOWED_PRIVATE_HOSTS names is trusted: %s',
  (url) => expect(checkUrl(url, rules).trusted).toBe(true),
);

test('nothing else is trusted', () => {
  expect(checkUrl('http://example.com/', rules).trusted).toBe(false);
  expect(codeOf('http://127.0.0.1:3001/')).toBe('FORBIDDEN_URL');
  expect(codeOf('http://me@127.0.0.1:3000/')).toBe('INVALID_URL');
});

describe('an address', () => {
  test.each(['8.8.8.8', '1.0.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '::ffff:808:808'])(
    '%s is public',
    (ip) => expect(isPublicAddress(ip)).toBe(true),
  );
  test.each([...PRIVATE_IPV4, ...PRIVATE_IPV6, ...PRIVATE_IPV4.map((ip) => `::ffff:${ip}`)])(
    '%s is not public',
    (ip) => expect(isPublicAddress(ip)).toBe(false),
  );
  test.each(['', 'localhost', '8.8.8', 'fe80::1%eth0', '[::1]'])('%s is none', (ip) =>
    expect(isPublicAddress(ip)).toBe(false),
  );
});

describe('whatever the text', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'http://',
      'https://',
      '127.0.0.1',
      '[::1]',
      '@',
      ':',
      '/',
      '\\',
      '%',
      '.',
      '#',
      '?',
      '\t',
      '0x',
    ),
    fc.constantFrom(...FORBIDDEN, ...INVALID, ...HARMLESS),
    fc.ipV4Extended(),
    fc.ipV6(),
    fc.webUrl(),
  );
  const text = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));

  test('a URL passes or is refused by its code, and what passes leads to no private address', () => {
    fc.assert(
      fc.property(text, (url) => {
        const code = codeOf(url);
        expect(['passes', 'INVALID_URL', 'FORBIDDEN_URL']).toContain(code);
        if (code !== 'passes') return;
        const { hostname, username, password, port } = new URL(url);
        expect(username + password).toBe('');
        expect(['', '80', '443', '3000', '8080']).toContain(port);
        const literal = hostname.replace(/^\[|\]$/g, '');
        if (port !== '3000' && /^[\d.]+$|:/.test(literal)) expect(isPublicAddress(literal)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  test('no private IPv4 address passes, in no number base and none of its parts', () => {
    const spelt = fc.constantFrom(...PRIVATE_IPV4).chain((address) => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
      const base = fc.constantFrom(
        (n: number) => String(n),
        (n: number) => `0x${n.toString(16)}`,
        (n: number) => `0${n.toString(8)}`,
      );
      const parts = fc.constantFrom(
        [a, b, c, d],
        [a, b, c * 256 + d],
        [a, (b * 256 + c) * 256 + d],
        [((a * 256 + b) * 256 + c) * 256 + d],
      );
      return fc
        .tuple(parts, fc.array(base, { minLength: 4, maxLength: 4 }))
        .map(([numbers, bases]) => numbers.map((n, i) => bases[i]?.(n) ?? '').join('.'));
    });
    fc.assert(
      fc.property(spelt, (host) => {
        expect(codeOf(`http://${host}/`)).toBe('FORBIDDEN_URL');
      }),
      { numRuns: 2_000 },
    );
  });
});
