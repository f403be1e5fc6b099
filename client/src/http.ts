import { anyOf } from './any-of.ts';
import type { ServerClock } from './clock.ts';
import { REFUSAL } from './errors.ts';
import { isErrorBody, isObject, readMessage, type ServerMessage } from './messages.ts';
import type { Platform, Reply, Sent } from './socket.ts';

/** What a look at the HTTP interface shows: it works, it refuses the key, or nothing is there. */
export type Reach = 'works' | 'refuses' | 'silent';

const CALL_MS = 35_000;

/** A call that failed in a way that says nothing of the request: it may be made again. */
export class CallFailed extends Error {
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs?: number, cause?: unknown) {
    super(message, { cause });
    this.retryAfterMs = retryAfterMs;
  }
}

/** The HTTP interface. */
export class Http {
  readonly #base: string;
  readonly #key: string | undefined;
  readonly #clock: ServerClock;
  readonly #fetch: Platform['fetch'];

  constructor(base: string | URL, key: string | undefined, clock: ServerClock, fetch: Platform['fetch']) {
    this.#base = String(base).replace(/\/*$/, '/');
    this.#key = key;
    this.#clock = clock;
    this.#fetch = fetch;
  }

  async reach(): Promise<Reach> {
    try {
      // No id: that costs the service nothing but the look at the key.
      const answer = readMessage(await this.#call('requests/-'));
      return answer?.type === 'error' && answer.error.code === 'UNAUTHORIZED' ? 'refuses' : 'works';
    } catch {
      return 'silent';
    }
  }

  /** `accepted`, or how the request ended already. */
  async submit(fields: object & { requestId: string }, signal: AbortSignal): Promise<ServerMessage> {
    return messageIn(await this.post('requests', fields, signal), fields.requestId);
  }

  /** How a request ends; waits for that, hop by hop, and no longer than `heldMs`. */
  async outcome(requestId: string, heldMs: number, signal: AbortSignal): Promise<ServerMessage> {
    return messageIn(await this.#call(`requests/${requestId}?waitSeconds=25`, { signal }, heldMs), requestId);
  }

  /**
   * Sends JSON, and gives the JSON that comes back, a problem as an `error`.
   * @throws CallFailed where the service could not be asked
   */
  post(path: string, fields: object, signal: AbortSignal): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    return this.#call(path, { method: 'POST', headers, body: JSON.stringify(fields), signal });
  }

  async #call(path: string, init: Partial<Sent> = {}, heldMs?: number): Promise<unknown> {
    const askedAt = performance.now();
    let response: Reply;
    let body: unknown;
    try {
      response = await this.#fetch(this.#base + path, {
        ...init,
        headers: { ...init.headers, ...(this.#key && { authorization: `Bearer ${this.#key}` }) },
        signal: anyOf(init.signal, AbortSignal.timeout(Math.max(0, Math.ceil(heldMs ?? CALL_MS)))),
      });
      body = await response.json();
    } catch (error) {
      throw new CallFailed('The service cannot be reached.', undefined, error);
    }
    const { status, headers } = response;
    if (heldMs === undefined) this.#clock.correctBy(headers.get('date'), askedAt);
    if (status < 300) return body;
    if (isProblem(body)) return { type: 'error', error: { ...body, message: body.detail } };
    // What API Gateway refuses itself has no code of ours.
    if (isRefused(status)) return { type: 'error', error: REFUSAL };
    throw new CallFailed(`The service answered ${status}.`, Number(headers.get('retry-after')) * 1000);
  }
}

/** Whether a status is that of a key that is none. */
export const isRefused = (status: number | undefined) => status === 401 || status === 403;

/** A problem of RFC 9457, of the service's own. */
const isProblem = (body: unknown): body is Record<string, unknown> =>
  isObject(body) && isErrorBody({ ...body, message: body.detail });

/** A body as the message that a socket would have brought of this request. */
function messageIn(body: unknown, requestId: string): ServerMessage {
  const message = isObject(body) ? readMessage({ ...body, requestId }) : undefined;
  if (message === undefined) throw new CallFailed('', 1_000);
  return message;
}
