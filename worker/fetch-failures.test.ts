import { expect, it } from 'vitest';
import { ServiceError } from '../shared/errors.ts';
import { statusFailure, transportFailure } from './fetch-failures.ts';

it.each([
  [200, undefined],
  [206, undefined],
  [304, false],
  [400, false],
  [401, false],
  [403, false],
  [404, false],
  [408, true],
  [410, false],
  [425, true],
  [429, true],
  [500, true],
  [503, true],
])('status %i: retryable %s', (status, retryable) => {
  expect(statusFailure(status)?.retryable).toBe(retryable);
  if (retryable !== undefined) expect(statusFailure(status)?.message).toContain(String(status));
});

const withCode = (code: string) => Object.assign(new Error('connect 10.1.2.3:80'), { code });

it.each([
  'ENOTFOUND',
  'ECONNREFUSED',
  'UND_ERR_SOCKET',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'HPE_INVALID_CONSTANT',
  'new',
])('a transport failure may pass, and its message shows no address: %s', (code) => {
  const failure = transportFailure(withCode(code));
  expect(failure).toMatchObject({ code: 'DOWNLOAD_FAILED', retryable: true });
  expect(failure.message).not.toContain('10.1.2.3');
});

it('tells TLS from names from connections', () => {
  const messages = ['ENOTFOUND', 'ECONNREFUSED', 'CERT_HAS_EXPIRED', 'HPE_INVALID_CONSTANT'].map(
    (code) => transportFailure(withCode(code)).message,
  );
  expect(new Set(messages).size).toBe(4);
});

it('keeps a refusal of ours, however deep it lies', () => {
  const ours = new ServiceError('FORBIDDEN_URL');
  expect(transportFailure(new Error('outer', { cause: ours }))).toBe(ours);
});
