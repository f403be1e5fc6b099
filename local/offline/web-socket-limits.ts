import { createRequire } from 'node:module';
import type { RawData } from 'ws';
import { agreedSubprotocol } from '../../shared/credentials.ts';

const require = createRequire(import.meta.url);
/** The copy of `ws` that serverless-offline makes its server with. */
const ws: typeof import('ws') = createRequire(require.resolve('serverless-offline'))('ws');

/** API Gateway closes the socket with 1009 at a frame of more than 32 KB. In bytes. */
export const FRAME_BYTES = 32 * 1024;

/** A server's side of a socket, with what serverless-offline's own listeners get wrong put right before they see it. */
class GatewaySocket extends ws.WebSocket {
  constructor(...args: ConstructorParameters<typeof ws.WebSocket>) {
    super(...args);
    // A frame that is too long is an error event too, and without a listener it would end the process.
    this.on('error', () => {});
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event !== 'message') return super.emit(event, ...args);
    const [data, isBinary] = args as [RawData, boolean];
    return super.emit('message', isBinary ? '' : routable(String(data)), false);
  }
}

/**
 * Makes serverless-offline keep to the limits of an API Gateway WebSocket API. It takes no options for its server, so
 * those of every server of its copy of `ws` are set when a socket comes in.
 */
export function limitWebSockets(): void {
  const { handleUpgrade } = ws.WebSocketServer.prototype;
  ws.WebSocketServer.prototype.handleUpgrade = function (...args) {
    Object.assign(this.options, {
      maxPayload: FRAME_BYTES,
      WebSocket: GatewaySocket,
      // serverless-offline drops the headers of what `$connect` answers. They agree on this, or on none.
      handleProtocols: (offered: Set<string>) => agreedSubprotocol(offered) ?? false,
    });
    handleUpgrade.apply(this, args);
  };
}

/** `$connect` and `$disconnect` are not for clients to call: a message with such an action is one for `$default`. */
export function routable(message: string): string {
  if (!message.includes('$')) return message;
  try {
    const body: unknown = JSON.parse(message);
    const reserved =
      typeof body === 'object' && body !== null && 'action' in body && String(body.action).startsWith('$');
    return reserved ? JSON.stringify({ ...body, action: '$default' }) : message;
  } catch {
    return message;
  }
}
