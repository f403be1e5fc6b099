import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

/** `cc_`, an id that may be shown, and 256 random bits that may not: what finds leaked secrets can tell it by its form. */
const FORM = /^cc_([0-9a-f]{12})_[\w-]{43}$/;

/** The name of a key, and so of a tenant. It is the message group on the queue, too, which takes few characters. */
export const keyName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, dots, dashes and underscores')
  .refine((name) => name !== OPEN_TENANT, 'is the name of everybody on an open stage');

/** The tenant of everybody on a stage that asks for no key. */
export const OPEN_TENANT = 'public';

export const newApiKey = (): string =>
  `cc_${randomBytes(6).toString('hex')}_${randomBytes(32).toString('base64url')}`;

/** The id in a key, by which its hash is found; `undefined` where the text is no key at all. */
export const idOfKey = (text: string): string | undefined => FORM.exec(text)?.[1];

/** What is kept of a key. A plain SHA-256 will do: of 256 random bits none can be guessed, however quick the hash. */
export const hashOfKey = (key: string): string => sha256(key).toString('base64url');

/** Whether this is the key that the hash was made of, in a time that does not tell how much of it is right. */
export const isKeyOf = (key: string, hash: string): boolean => {
  const expected = Buffer.from(hash, 'base64url');
  return expected.length === 32 && timingSafeEqual(sha256(key), expected);
};

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
