import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ServerClock } from './clock.ts';
import { CallFailed, Http } from './http.ts';
import { isObject, parseJson } from './messages.ts';
import { placesBy } from './places.ts';

const MOST = 1_000;
/** The sizes that were told, a call each. */
let asked: unknown[];
let signals: (AbortSignal | undefined)[];
let reply: () => Response | Promise<Response> | undefined;
let place: ReturnType<typeof placesBy>;
let signal: AbortSignal;

beforeEach(() => {
  asked = [];
  ({ signal } = new AbortController());
  signals = [];
  reply = () => undefined;
  // As the service: a list is refused for one size in it.
  vi.stubGlobal(
    'fetch',
    async (_: string, { body = '', signal }: { body?: string; signal?: AbortSignal }) => {
      const fields = parseJson(body);
      const bytes = isObject(fields) ? fields.bytes : undefined;
      asked.push(bytes);
      signals.push(signal);
      const tooLarge = { code: 'IMAGE_TOO_LARGE', retryable: false, detail: 'Too large.' };
      const answer = await reply();
      if (answer) return answer;
      if ([bytes].flat().some((one) => Number(one) > MOST)) return Response.json(tooLarge, { status: 413 });
      return Response.json(Array.isArray(bytes) ? { uploads: bytes } : bytes);
    },
  );
  place = placesBy(new Http('http://service.example', undefined, new ServerClock(), fetch));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test('images that come in one go share a call, and each gets its own place', async () => {
  expect(await Promise.all([1, 2, 3].map((bytes) => place(bytes, signal)))).toEqual([1, 2, 3]);
  expect(await place(4, signal)).toBe(4);
  expect(asked).toEqual([[1, 2, 3], 4]);
});

test('where one is refused, the others get their places all the same', async () => {
  const refused = { type: 'error', error: { code: 'IMAGE_TOO_LARGE' } };
  const answers = await Promise.all([1, 2_000, 3].map((bytes) => place(bytes, signal)));
  expect(answers).toMatchObject([1, refused, 3]);
  expect(asked).toEqual([[1, 2_000, 3], 1, 2_000, 3]);
});

test('what may pass is told to each, and nobody asks again at once', async () => {
  const error = { code: 'INTERNAL', retryable: true, detail: 'Our fault.' };
  reply = () => Response.json(error, { status: 500 });
  const refused = { type: 'error', error: { code: 'INTERNAL' } };
  expect(await Promise.all([1, 2].map((bytes) => place(bytes, signal)))).toMatchObject([refused, refused]);
  reply = () => Promise.reject(new TypeError('fetch failed'));
  for (const answer of await Promise.allSettled([1, 2].map((bytes) => place(bytes, signal))))
    expect(answer).toMatchObject({ reason: expect.any(CallFailed) });
  expect(asked).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('however often one asks, its signal has no more to tell than once', async () => {
  const listen = vi.spyOn(signal, 'addEventListener');
  const unlisten = vi.spyOn(signal, 'removeEventListener');
  for (let n = 0; n < 3; n++) await place(1, signal);
  expect(listen).toHaveBeenCalledTimes(3);
  expect(unlisten.mock.calls).toEqual(listen.mock.calls);
});

test('one that is given up waits no more, and the call ends with the last', async () => {
  reply = () => new Promise(() => {});
  const [one, other, early] = [new AbortController(), new AbortController(), new AbortController()];
  const places = [one, other, early].map((given, n) => place(n + 1, given.signal));
  early.abort(new Error('early'));
  await expect(places[2]).rejects.toThrow('early');
  await expect.poll(() => asked).toEqual([[1, 2]]);
  one.abort(new Error('given up'));
  await expect(places[0]).rejects.toThrow('given up');
  expect(signals[0]?.aborted).toBe(false);
  other.abort(new Error('as well'));
  await expect(places[1]).rejects.toThrow('as well');
  expect(signals[0]?.aborted).toBe(true);
});

test('one that was given up before it asks is told so at once', async () => {
  await expect(place(1, AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up');
  expect(asked).toEqual([]);
});

test('who asks right after all others gave up is not given up with them', async () => {
  const other = new AbortController();
  const gone = place(1, other.signal);
  other.abort(new Error('given up'));
  await expect(gone).rejects.toThrow('given up');
  expect(await place(2, signal)).toBe(2);
  expect(signals.map((one) => one?.aborted)).toEqual([false]);
});
