import { describe, expect, test } from 'vitest';
import { ServiceError } from './errors.ts';
import { checkUrl, isPublicAddress } from './url-guard.ts';

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

test.each([
  'http://example.com/1.jpg',
  'https://example.com:443/1.jpg?a=b#c',
  'http://93.184.216.34/1.jpg',
  'http://[2606:4700::1111]/1.jpg',
  'http://127.0.0.1.example.com/',
  'http://xn--mnchen-3ya.de/ä.jpg',
  'http://127.0.0.1:3000/samples/labrador.jpg',
  'http://IMAGES.local:8080/1.jpg',
])('a harmless URL passes: %s', (url) => expect(codeOf(url)).toBe('passes'));

test.each([
  '',
  'labrador.jpg',
  '//example.com/1.jpg',
  'ftp://example.com/',
  'data:image/png;base64,AA',
  'http://u@example.com',
  'https://:p@example.com',
  'http://',
  ' http://a.test/',
  'http:a.test/1.jpg',
  'http:/a.test',
  `http://a.test/${'x'.repeat(2048)}`,
])('what is no plain http(s) URL is INVALID_URL: %s', (url) => expect(codeOf(url)).toBe('INVALID_URL'));

test.each([
  'http://127.0.0.1/',
  'http://127.0.0.1:3001/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0177.0.0.1/',
  'http://127.1/',
  'http://①②⑦.0.0.1/',
  'http://127.0.0.1./',
  'http://0.0.0.0/',
  'http://10.1.2.3/',
  'http://172.31.0.1/',
  'http://192.168.1.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://100.64.0.1/',
  'http://224.0.0.1/',
  'http://192.0.2.1/',
  'http://198.18.0.1/',
  'http://255.255.255.255/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::ffff:10.0.0.1]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[fe80::1]/',
  'http://[fc00::1]/',
  'http://[fec0::1]/',
  'http://[::127.0.0.1]/',
  'http://[2001:db8::1]/',
  'http://[ff02::1]/',
  'http://example.com:22/',
  'https://example.com:8443/',
])('an address or a port that is not allowed is FORBIDDEN_URL: %s', (url) =>
  expect(codeOf(url)).toBe('FORBIDDEN_URL'),
);

test('only what ALLOWED_PRIVATE_HOSTS names is trusted', () => {
  expect(checkUrl('http://127.0.0.1:3000/', rules).trusted).toBe(true);
  expect(checkUrl('http://example.com/', rules).trusted).toBe(false);
});

describe('an address', () => {
  test.each(['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is public', (ip) =>
    expect(isPublicAddress(ip)).toBe(true),
  );
  test.each(['localhost', '', '127.0.0.1', '::ffff:127.0.0.1', '64:ff9b::808:808', '3fff::1', '4000::1'])(
    '%s is not public',
    (ip) => expect(isPublicAddress(ip)).toBe(false),
  );
});
