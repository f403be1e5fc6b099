import { type Failure, isErrorBody, isObject, readMessage, type ServerMessage } from './messages.ts';

/** What a look at the HTTP interface shows: it works, it refuses the key, or nothing is there. */
export type Reach = 'works' | 'refuses' | 'silent';

const CALL_MS = 35_000;
/** Held until the deadline of a request, hop by hop. */
const HELD_MS = 140_000;
const WAIT_SECONDS = 25;

/** A call that failed in a way that says nothing of the request: it may be made again. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
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

  constructor(base: string | URL, key: string | undefined) {
    this.#base = String(base).replace(/\/*$/, '/');
    this.#key = key;
  }

  async reach(): Promise<Reach> {
    try {
      // No id: that costs the service nothing but the look at the key.
      const { status } = await this.#fetch('requests/-', {}, CALL_MS);
      return status === 401 || status === 403 ? 'refuses' : status < 500 ? 'works' : 'silent';
    } catch {
      return 'silent';
    }
  }

  /**
   * Asks with a JSON body; what comes back is JSON.
   * @throws CallFailed where the service could not be asked
   */
  async post(path: string, body: object, signal?: AbortSignal): Promise<{ status: number; body: unknown }> {
    const headers = { 'content-type': 'application/json' };
    return this.#json(path, { method: 'POST', headers, body: JSON.stringify(body), signal }, CALL_MS);
  }

  /** `accepted`, or how the request ended already. */
  async submit(fields: object, signal: AbortSignal): Promise<ServerMessage> {
    const { body } = await this.post('requests', fields, signal);
    return messageIn(body);
  }

  /** How a request ends; waits for it. */
  async outcome(requestId: string, signal: AbortSignal): Promise<ServerMessage> {
    const { status, body } = await this.#json(
      `requests/${requestId}?waitSeconds=${WAIT_SECONDS}`,
      { signal },
      HELD_MS,
    );
    if (status === 202) throw new CallFailed('Too many wait already.', 1_000);
    return messageIn(body, requestId);
  }

  async #json(
    path: string,
    init: RequestInit,
    timeoutMs: number,
  ): Promise<{ status: number; body: unknown }> {
    let response: Response;
    let text: string;
    try {
      response = await this.#fetch(path, init, timeoutMs);
      text = await response.text();
    } catch (error) {
      throw new CallFailed('The service could not be reached.', undefined, error);
    }
    const { status, headers } = response;
    const body = parse(text);
    // API Gateway's own refusals have no code of ours.
    if (status >= 400 && !(isObject(body) && typeof body.code === 'string')) {
      if (status === 401 || status === 403) return { status, body: UNAUTHORIZED };
      const seconds = Number(headers.get('retry-after'));
      throw new CallFailed(`The service answered ${status}.`, seconds > 0 ? seconds * 1000 : undefined);
    }
    return { status, body };
  }

  #fetch(path: string, init: RequestInit, timeoutMs: number): Promise<Response> {
    const timeout = AbortSignal.timeout(timeoutMs);
    return fetch(this.#base + path, {
      ...init,
      headers: { ...init.headers, ...(this.#key && { authorization: `Bearer ${this.#key}` }) },
      signal: init.signal ? AbortSignal.any([init.signal, timeout]) : timeout,
    });
  }
}

const UNAUTHORIZED = { code: 'UNAUTHORIZED', detail: 'A valid API key is needed.', retryable: false };

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A body as the message that a socket would have brought. */
function messageIn(body: unknown, requestId?: string): ServerMessage {
  const message = failureIn(body, requestId) ?? readMessage(JSON.stringify(body));
  if (message === undefined) throw new CallFailed('The service answered what this client does not know.');
  return message;
}

/** A problem of RFC 9457 as an `error`. */
export function failureIn(body: unknown, requestId?: string): Failure | undefined {
  if (!isObject(body)) return undefined;
  const error = { ...body, message: body.detail };
  if (!isErrorBody(error)) return undefined;
  const { code, message, retryable, retryAfterMs } = error;
  const id = typeof body.requestId === 'string' ? body.requestId : requestId;
  return { type: 'error', requestId: id, error: { code, message, retryable, retryAfterMs } };
}
