import type { ReceivedMessage } from '../received-message.ts';
import type { RequestQueue } from '../request-queue.ts';

/** A queue in memory, for the races that a real one cannot be made to run. */
export interface FakeQueue extends RequestQueue {
  /** Receives that are open; each is answered by `give`, or by its abortion. */
  open: {
    max: number;
    signal: AbortSignal;
    give(...names: string[]): void;
    bring(...messages: ReceivedMessage[]): void;
  }[];
  /** Calls of `setVisibility`. */
  changes: { handles: readonly string[]; seconds: number }[];
}

export const messageOf = (receiptHandle: string): ReceivedMessage => ({
  body: '',
  messageId: receiptHandle,
  receiptHandle,
  receiveCount: 1,
  sentAt: 0,
  receivedAt: 0,
});

/** @param deaf whether an open receive goes on though it is aborted, as one does whose answer is under way */
export function fakeQueue({ deaf = false } = {}): FakeQueue {
  const queue: FakeQueue = {
    open: [],
    changes: [],
    receive: (max, signal) =>
      new Promise((resolve, reject) => {
        const bring = (...messages: ReceivedMessage[]) => {
          queue.open.splice(queue.open.indexOf(one), 1);
          resolve(messages);
        };
        const give = (...names: string[]) => bring(...names.map(messageOf));
        const one = { max, signal, give, bring };
        queue.open.push(one);
        if (deaf) return;
        signal.addEventListener('abort', () => {
          queue.open.splice(queue.open.indexOf(one), 1);
          reject(signal.reason);
        });
      }),
    setVisibility: async (handles, seconds) => {
      queue.changes.push({ handles, seconds });
      return new Map();
    },
    delete: async () => {},
  };
  return queue;
}
