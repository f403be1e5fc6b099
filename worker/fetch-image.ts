import { type Agent, type Dispatcher, request } from 'undici';
import { ServiceError } from '../shared/errors.ts';
import { type CheckedUrl, checkUrl, type UrlRules } from '../shared/url-guard.ts';
import { type Backoff, waitBackoff } from './backoff.ts';
import { ByteBudget } from './byte-budget.ts';
import { isNotToBeKept, type Validator, validatorIn } from './cache/validator.ts';
import { Connections } from './connections.ts';
import { tooManyRedirects, tooSlow, transportFailure } from './fetch-failures.ts';
import { publicLookup, type ResolveAll } from './public-lookup.ts';
import { type ImageFile, one, type Reading, readImage } from './read-image.ts';
import { nameResolver } from './resolve-name.ts';

export const MAX_REDIRECTS = 5;
const MAX_TRIES = 3;
const RETRY_BACKOFF: Backoff = { baseMs: 200, capMs: 1_000 };
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** One for all: to make an error takes longer than to end a download that is over. */
const OVER = new Error('the download is over');

const AGENT: Agent.Options = {
  // Per host and port; a host is not to be overrun by one worker.
  connections: 10,
  // Idle ones are not kept for long: a host may close them just as they are used again.
  keepAliveTimeout: 4_000,
  keepAliveMaxTimeout: 10_000,
};

export interface ImageFetcherOptions {
  rules: UrlRules;
  userAgent: string;
  resolveAll?: ResolveAll;
}

/** What came of asking for an image: its file, or that it is the same still; and what to ask by the next time. */
export type Fetched = { validator: Validator | undefined } & (
  | ({ changed: true } & ImageFile)
  | { changed: false }
);

/** What is asked for with a URL. */
interface Asking extends Reading {
  known: Validator | undefined;
}

/**
 * Downloads images from URLs that anybody may have sent. Nothing is sent along but the request itself: no cookies,
 * no credentials, no referrer.
 */
export class ImageFetcher {
  readonly #rules: UrlRules;
  readonly #headers: Record<string, string>;
  /** Connects to public addresses only. */
  readonly #public: Connections;
  /** Connects to anything: for hosts that ALLOWED_PRIVATE_HOSTS names. */
  readonly #trusted = new Connections(AGENT);

  constructor({ rules, userAgent, resolveAll = nameResolver() }: ImageFetcherOptions) {
    this.#rules = rules;
    this.#public = new Connections({ ...AGENT, connect: { lookup: publicLookup(resolveAll) } });
    this.#headers = {
      'user-agent': userAgent,
      accept: 'image/avif,image/webp,image/jpeg,image/png,image/gif,image/tiff,image/*;q=0.8,*/*;q=0.1',
      'accept-encoding': 'identity',
    };
  }

  /**
   * The image file at a URL. What may have passed by then is tried twice more.
   * @param limitMs for everything together, in ms
   * @param share that the file counts in
   * @param known of the image as it was: it is not sent again where it has not changed since
   * @throws ServiceError `DOWNLOAD_FAILED`, `IMAGE_TOO_LARGE`, `FORBIDDEN_URL` or `INVALID_URL`
   */
  async fetch(
    imageUrl: string,
    limitMs: number,
    share = new ByteBudget(0).open(),
    known?: Validator,
  ): Promise<Fetched> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(tooSlow(limitMs)), limitMs);
    try {
      return await this.#tryThrice(imageUrl, { share, signal: limit.signal, known });
    } finally {
      clearTimeout(timer);
      limit.abort(OVER); // what is left of redirects' bodies
    }
  }

  /** Ends all downloads and connections. */
  async destroy(): Promise<void> {
    await Promise.all([this.#public.destroy(), this.#trusted.destroy()]);
  }

  async #tryThrice(imageUrl: string, asking: Asking): Promise<Fetched> {
    const { signal } = asking;
    for (let tries = 1; ; tries++) {
      try {
        return await this.#follow(imageUrl, asking);
      } catch (error) {
        const failure = transportFailure(signal.aborted ? signal.reason : error);
        if (signal.aborted || !failure.retryable || tries === MAX_TRIES) throw failure;
        await waitBackoff(tries, RETRY_BACKOFF, signal);
        if (signal.aborted) throw failure; // says more than that it took too long
      }
    }
  }

  async #follow(imageUrl: string, { known, ...reading }: Asking): Promise<Fetched> {
    let target = checkUrl(imageUrl, this.#rules);
    for (let redirects = 0; ; redirects++) {
      const dispatcher = (target.trusted ? this.#trusted : this.#public).agent;
      const { signal } = reading;
      const { href } = target.url;
      const condition = known?.url === href && { [known.header]: known.value };
      const headers = { ...this.#headers, ...condition };
      const response = await request(target.url, { dispatcher, headers, signal });
      if (condition && response.statusCode === 304) {
        await response.body.dump();
        return { changed: false, validator: isNotToBeKept(response.headers) ? undefined : known };
      }
      const location = locationOf(response);
      if (location === undefined) {
        const file = await readImage(response, reading);
        return { changed: true, ...file, validator: validatorIn(href, response.headers) };
      }
      void response.body.dump();
      if (redirects === MAX_REDIRECTS) throw tooManyRedirects(MAX_REDIRECTS);
      target = this.#checkRedirect(location, target.url);
    }
  }

  #checkRedirect(location: string, from: URL): CheckedUrl {
    // An absolute one is checked as it stands, before the parser mends it.
    const relative = !/^[a-z][a-z\d+.-]*:/i.test(location) && URL.canParse(location, from.href);
    const to = relative ? new URL(location, from.href).href : location;
    try {
      return checkUrl(to, this.#rules);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw new ServiceError(
        'FORBIDDEN_URL',
        `The URL redirects to one that is not allowed. ${error.message}`,
      );
    }
  }
}

function locationOf({ statusCode, headers }: Dispatcher.ResponseData): string | undefined {
  return REDIRECTS.has(statusCode) ? one(headers.location) : undefined;
}
