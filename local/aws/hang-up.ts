import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';

/**
 * Calls back when the client hangs up before its answer was written. The socket's `end` is listened to because
 * the response's own `close` comes turns of the event loop later: long enough to answer into the void.
 */
export function onHangUp(response: ServerResponse, act: () => void): void {
  const { socket } = response;
  const hangUp = () => {
    if (!response.writableFinished) act();
  };
  socket?.once('end', hangUp);
  response.once('close', () => {
    socket?.off('end', hangUp);
    hangUp();
  });
}

/**
 * Waits until a hang-up has been read that came right behind its request, or on another connection right before what is
 * answered now: the end of a connection is read one turn of the event loop after the data before it, and the first turn
 * here is the one that is under way.
 */
export async function letHangUpShow(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
