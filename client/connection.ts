import { WebSocket } from 'ws';
import { type ServerMessage, serverMessage } from '../shared/protocol.ts';

/** The socket could not be opened, or closed while answers were due. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** Classifies URLs over one WebSocket and yields every message that comes, until each URL has its outcome. */
export async function* classifyUrls(
  endpoint: string,
  imageUrls: string[],
  options: { topK: number; minConfidence: number },
): AsyncGenerator<ServerMessage> {
  const socket = new WebSocket(endpoint, { handshakeTimeout: 10_000 });
  const arrived: ServerMessage[] = [];
  let wake = () => {};
  let failure: ConnectionError | undefined;
  const fail = (message: string) => {
    failure ??= new ConnectionError(message);
    wake();
  };
  socket.on('error', (error) => fail(`No connection to ${endpoint}: ${error.message || 'refused'}`));
  socket.on('close', (code) => fail(`The connection to ${endpoint} closed (${code}).`));
  socket.on('message', (data) => {
    const parsed = serverMessage.safeParse(JSON.parse(String(data)));
    if (!parsed.success)
      return fail(`The server said what this client does not know: ${String(data).slice(0, 200)}`);
    arrived.push(parsed.data);
    wake();
  });
  socket.on('open', () => {
    for (const imageUrl of imageUrls)
      socket.send(JSON.stringify({ action: 'classify', imageUrl, ...options }));
  });

  try {
    let due = imageUrls.length;
    const seen = new Set<string>();
    while (due > 0) {
      const message = arrived.shift();
      if (message === undefined) {
        if (failure) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      if (message.type === 'result' || message.type === 'error') {
        // At-least-once: the same outcome may come twice.
        if (message.requestId !== undefined && seen.has(message.requestId)) continue;
        if (message.requestId !== undefined) seen.add(message.requestId);
        due--;
      }
      yield message;
    }
  } finally {
    socket.removeAllListeners('close');
    socket.close();
  }
}
