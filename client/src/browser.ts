import type { Platform } from './socket.ts';

// Declared here, and no more of it than is used, so that the rest of the package can use nothing that Node has not.
interface BrowserWebSocket {
  send(text: string): void;
  close(): void;
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void;
}
declare const WebSocket: new (url: string, protocols: string[]) => BrowserWebSocket;
declare const addEventListener: (type: 'online', listener: () => void) => void;
declare const removeEventListener: typeof addEventListener;

export const browser: Platform = {
  /** A browser cannot set a header on a WebSocket: the key goes as a subprotocol, in base64url. */
  openSocket(url, key, { open, message, close }) {
    const socket = new WebSocket(url, key === undefined ? [] : ['classifycloud.v1', `key.${base64Url(key)}`]);
    socket.addEventListener('open', open);
    socket.addEventListener('message', ({ data }) => message(String(data)));
    socket.addEventListener('close', () => close()); // follows an error, too
    return { send: (text) => socket.send(text), end: () => socket.close() };
  },
  fetch: (url, init) => fetch(url, init),
  placeBy: (http) => (bytes, signal) => http.post('uploads', { bytes }, signal),
  onOnline(listener) {
    addEventListener('online', listener);
    return () => removeEventListener('online', listener);
  },
};

const base64Url = (text: string) => btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
