import { browser } from './src/browser.ts';
import { Cloud } from './src/cloud.ts';
import type { ConnectOptions } from './src/options.ts';

export * from './src/exports.ts';

/**
 * Connects to a ClassifyCloud, for browsers. Returns at once; the connection comes up meanwhile, and keeps itself.
 * @param url of the WebSocket (`wss://…`); or of the HTTP interface (`https://…`), to do without a socket
 */
export const connect = (url: string | URL, options: ConnectOptions = {}): Cloud =>
  new Cloud(url, options, browser);
