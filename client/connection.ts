import { WebSocket } from 'ws';
import { type ServerMessage, serverMessage } from '../shared/protocol.ts';

/** The socket could not be opened, or closed while answers were due. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** When to ask for an outcome that was not pushed, in ms after `accepted`: 5 s after the deadline. */
const RESUME_AFTER_MS = 125_000;

/** Classifies URLs over one WebSocket and yields every message that comes, until each URL has its outcome. */
export async function* classifyUrls(
  endpoint: string,
  imageUrls: string[],
  options: { topK: number; minConfidence: number },
): AsyncGenerator<ServerMessage> {
  const { CLASSIFYCLOUD_KEY: key } = process.env;
  const headers = key ? { authorization: `Bearer ${key}` } : {};
  const socket = new WebSocket(endpoint, { handshakeTimeout: 10_000, headers });
  const arrived: ServerMessage[] = [];
  let wake = () => {};
  let failure: ConnectionError | undefined;
  const fail = (message: string) => {
    failure ??= new ConnectionError(message);
    wake();
  };
  socket.on('error', (error) =>
    fail(
      /\b403$/.test(error.message)
        ? `${endpoint} asks for an API key, and CLASSIFYCLOUD_KEY is ${key ? 'none that it knows' : 'not set'}.`
        : `No connection to ${endpoint}: ${error.message || 'refused'}\nIs the service running? Start it with: npm start`,
    ),
  );
  socket.on('close', (code) => fail(`The connection to ${endpoint} closed (${code}).`));
  socket.on('message', (data) => {
    const message = readMessage(String(data));
    if (message === undefined)
      return fail(`The server said what this client does not know: ${String(data).slice(0, 200)}`);
    arrived.push(message);
    wake();
  });
  const seen = new Set<string>();
  const overdue: NodeJS.Timeout[] = [];
  const resumeIfUnanswered = (requestId: string) => {
    if (!seen.has(requestId)) socket.send(JSON.stringify({ action: 'resume', requestIds: [requestId] }));
  };
  socket.on('open', () => {
    for (const imageUrl of imageUrls)
      socket.send(JSON.stringify({ action: 'classify', imageUrl, ...options }));
  });

  try {
    let due = imageUrls.length;
    while (due > 0) {
      const message = arrived.shift();
      if (message === undefined) {
        if (failure) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      if (message.type === 'accepted')
        overdue.push(setTimeout(resumeIfUnanswered, RESUME_AFTER_MS, message.requestId));
      if (message.type === 'result' || message.type === 'error') {
        // At-least-once: the same outcome may come twice.
        if (message.requestId !== undefined && seen.has(message.requestId)) continue;
        if (message.requestId !== undefined) seen.add(message.requestId);
        due--;
      }
      yield message;
    }
  } finally {
    for (const timer of overdue) clearTimeout(timer);
    socket.removeAllListeners('close');
    socket.close();
  }
}

function readMessage(text: string): ServerMessage | undefined {
  try {
    return serverMessage.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
