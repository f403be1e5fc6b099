import { anyOf } from './any-of.ts';
import type { ServerClock } from './clock.ts';
import { REFUSED } from './errors.ts';
import { isErrorBody, isObject, readMessage, type ServerMessage } from './messages.ts';

/** What a look at the HTTP interface shows: it works, it refuses the key, or nothing is there. */
export type Reach = 'works' | 'refuses' | 'silent';

const CALL_MS = 35_000;
/** Held until the deadline of a request, hop by hop. */
const HELD_MS = 140_000;

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

  constructor(base: string | URL, key: string | undefined, clock: ServerClock) {
    this.#base = String(base).replace(/\/*$/, '/');
    this.#key = key;
    this.#clock = clock;
  }

  async reach(): Promise<Reach> {
    try {
      // No id: that costs the service nothing but the look at the key.
      const body = await this.#call('requests/-');
      return isObject(body) && body.code === 'UNAUTHORIZED' ? 'refuses' : 'works';
    } catch {
      return 'silent';
    }
  }

  /** `accepted`, or how the request ended already. */
  async submit(fields: object, signal: AbortSignal): Promise<ServerMessage> {
    return messageIn(await this.post('requests', fields, signal));
  }

  /** How a request ends; waits for it. */
  async outcome(requestId: string, signal: AbortSignal): Promise<ServerMessage> {
    const body = await this.#call(`requests/${requestId}?waitSeconds=25`, { signal }, HELD_MS);
    return messageIn(isObject(body) ? { requestId, ...body } : body);
  }

  /**
   * Sends JSON, and gives the JSON that comes back, a problem too.
   * @throws CallFailed where the service could not be asked
   */
  post(path: string, fields: object, signal: AbortSignal): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    return this.#call(path, { method: 'POST', headers, body: JSON.stringify(fields), signal });
  }

  async #call(path: string, init: RequestInit = {}, timeoutMs = CALL_MS): Promise<unknown> {
    const askedAt = performance.now();
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(this.#base + path, {
        ...init,
        headers: { ...init.headers, ...(this.#key && { authorization: `Bearer ${this.#key}` }) },
        signal: anyOf(init.signal, AbortSignal.timeout(timeoutMs)),
      });
      body = await response.json();
    } catch (error) {
      throw new CallFailed('The service cannot be reached.', undefined, error);
    }
    const { ok, status, headers } = response;
    if (timeoutMs === CALL_MS) this.#clock.correctBy(headers.get('date'), askedAt);
    if (ok || isProblem(body)) return body;
    // What API Gateway refuses itself has no code of ours.
    if (isRefused(status)) return { code: 'UNAUTHORIZED', detail: REFUSED, retryable: false };
    throw new CallFailed(`The service answered ${status}.`, Number(headers.get('retry-after')) * 1000);
  }
}

/** Whether a status is that of a key that is none. */
export const isRefused = (status: number | undefined) => status === 401 || status === 403;

/** A problem of RFC 9457, of the service's own. */
const isProblem = (body: unknown): body is Record<string, unknown> =>
  isObject(body) && isErrorBody({ ...body, message: body.detail });

/** A body as the message that a socket would have brought. */
function messageIn(body: unknown): ServerMessage {
  const message = readMessage(messageOf(body));
  if (message === undefined) throw new CallFailed('', 1_000);
  return message;
}

/** A problem as an `error`; what is none as it is. */
export const messageOf = (body: unknown): unknown =>
  isProblem(body)
    ? { type: 'error', requestId: body.requestId, error: { ...body, message: body.detail } }
    : body;
