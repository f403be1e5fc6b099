/** What a client asks for that speaks our protocol. */
export const SUBPROTOCOL = 'classifycloud.v1';
/** A browser cannot set a header on a WebSocket: it offers its key as a subprotocol. */
const KEY_SUBPROTOCOL = /^key\.([\w-]+)$/;
const BEARER = /^bearer +(\S+) *$/i;

export type Headers = Record<string, string | undefined>;

/** A header by its name, however its letters were written. */
export const headerIn = (headers: Headers, name: string): string | undefined =>
  Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];

/**
 * The key that a request shows: `Authorization: Bearer KEY`, or, on a WebSocket's handshake from a browser,
 * `Sec-WebSocket-Protocol: classifycloud.v1, key.BASE64URL-OF-KEY`. Never in a URL: those are logged on the way.
 */
export function keyShownIn(headers: Headers): string | undefined {
  const bearer = BEARER.exec(headerIn(headers, 'authorization') ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  for (const offered of subprotocolsIn(headers)) {
    const encoded = KEY_SUBPROTOCOL.exec(offered)?.[1];
    if (encoded !== undefined) return Buffer.from(encoded, 'base64url').toString();
  }
  return undefined;
}

/** The subprotocol to agree on, of those that a handshake offers; never the one that is a key. */
export const agreedSubprotocol = (offered: Iterable<string>): string | undefined =>
  [...offered].find((one) => one === SUBPROTOCOL);

export const subprotocolsIn = (headers: Headers): string[] =>
  (headerIn(headers, 'sec-websocket-protocol') ?? '').split(',').map((one) => one.trim());
