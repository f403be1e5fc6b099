import { webSocketHandler } from '../shared/web-socket.ts';

/** `ping`: keeps the socket alive, and tells the time so that a client can correct its clock. */
export const handler = webSocketHandler(() => [{ type: 'pong', serverTime: Date.now() }]);
