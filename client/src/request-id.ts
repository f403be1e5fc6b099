/** Digits before each `-` of a UUID, without those of the version and the variant. */
const GROUPS = /^(.{8})(.{4})(.{3})(.{3})/;
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

/**
 * A new UUID version 7 (RFC 9562 §5.7).
 * @param now ms since the epoch, by the server's clock
 */
export function newRequestId(now: number): string {
  const random = [...crypto.getRandomValues(new Uint8Array(9))].map((byte) => hex(byte, 2)).join('');
  return (hex(Math.floor(now), 12) + random).replace(GROUPS, '$1-$2-7$3-8$4-');
}

/** The time that an id carries, in ms since the epoch. */
export const madeAt = (requestId: string): number =>
  Number.parseInt(requestId.slice(0, 8) + requestId.slice(9, 13), 16);
