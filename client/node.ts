import { Cloud } from './src/cloud.ts';
import { nodejs } from './src/nodejs.ts';
import type { ConnectOptions } from './src/options.ts';

export * from './src/exports.ts';

/**
 * Connects to a ClassifyCloud, for Node.js. Returns at once; the connection comes up meanwhile, keeps itself, and keeps the
 * process alive until `close()`.
 * @param url of the WebSocket (`wss://…`); or of the HTTP interface (`https://…`), to do without a socket
 */
export const connect = (url: string | URL, options: ConnectOptions = {}): Cloud =>
  new Cloud(url, options, nodejs);
