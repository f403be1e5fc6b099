import type { Http } from './http.ts';
import { isObject, readMessage } from './messages.ts';
import type { Platform } from './socket.ts';

/** In which images come that come in one go: each is read first. */
const GATHER_MS = 10;

interface Waiting {
  bytes: number;
  signal: AbortSignal;
  resolve(answer: unknown): void;
  reject(cause: unknown): void;
}
/** Images that ask together. */
interface Group {
  readonly waiting: Waiting[];
  /** That were not given up. */
  left: number;
  /** By the last that is given up. */
  readonly ended: AbortController;
}

/**
 * Asks for places to upload to: in one call for all images that come in one go.
 * @returns what the service answers of one image, if only that it refuses
 * @throws CallFailed, or the signal's reason
 */
export function placesBy(http: Pick<Http, 'post'>): ReturnType<Platform['placeBy']> {
  let gathering: Group | undefined;

  function newGroup(): Group {
    const group = { waiting: [], left: 0, ended: new AbortController() };
    setTimeout(() => {
      gathering = undefined;
      void ask(group.waiting, group.ended.signal);
    }, GATHER_MS);
    return group;
  }

  async function ask(all: readonly Waiting[], ended: AbortSignal): Promise<void> {
    const some = all.filter(({ signal }) => !signal.aborted);
    const [first, ...others] = some.map(({ bytes }) => bytes);
    if (first === undefined) return;
    try {
      const bytes = others.length > 0 ? [first, ...others] : first;
      const answer = await http.post('uploads', { bytes }, ended);
      const refusal = readMessage(answer);
      if (others.length > 0 && refusal?.type === 'error' && !refusal.error.retryable) {
        // It may be for one of them that none gets a place.
        for (const one of some) void ask([one], ended);
        return;
      }
      const places = isObject(answer) && Array.isArray(answer.uploads) ? answer.uploads : undefined;
      for (const [n, one] of some.entries()) one.resolve(places ? places[n] : answer);
    } catch (cause) {
      for (const { reject } of some) reject(cause);
    }
  }

  return async (bytes, signal) => {
    signal.throwIfAborted();
    // One that all have given up is not asked for any more.
    if (!gathering || gathering.ended.signal.aborted) gathering = newGroup();
    const group = gathering;
    let giveUp = () => {};
    try {
      return await new Promise((resolve, reject) => {
        giveUp = () => {
          reject(signal.reason);
          if (--group.left === 0) group.ended.abort();
        };
        signal.addEventListener('abort', giveUp);
        group.left++;
        group.waiting.push({ bytes, signal, resolve, reject });
      });
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  };
}
