/** Digits before each `-` of a UUID. */
const GROUPS = /^(.{8})(.{4})(.{4})(.{4})/;

/**
 * A new UUID version 7 (RFC 9562 §5.7).
 * @param now ms since the epoch, by the server's clock
 */
export function newRequestId(now: number): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  const version = 0x70 | ((random[0] ?? 0) & 0x0f);
  const variant = 0x80 | ((random[2] ?? 0) & 0x3f);
  const bytes = [version, random[1] ?? 0, variant, ...random.subarray(3)];
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return (Math.floor(now).toString(16).padStart(12, '0') + hex).replace(GROUPS, '$1-$2-$3-$4-');
}

/** The time that an id carries, in ms since the epoch. */
export const madeAt = (requestId: string): number =>
  Number.parseInt(requestId.slice(0, 8) + requestId.slice(9, 13), 16);
