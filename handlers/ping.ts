import { answerWith, parseWebSocketEvent } from '../shared/web-socket.ts';

/** `ping`: keeps the socket alive, and tells the time so that a client can correct its clock. */
export async function handler(event: unknown) {
  const { connectionId } = parseWebSocketEvent(event);
  return answerWith('', connectionId, [{ type: 'pong', serverTime: Date.now() }]);
}
