import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { whyNotSent } from '../../test/harness/messages.ts';
import { Cloud } from './cloud.ts';
import { OverloadedError, UnauthorizedError } from './errors.ts';
import { isObject, parseJson } from './messages.ts';
import { madeAt } from './request-id.ts';
import type { Platform, RawEvents } from './socket.ts';

/** A socket whose other side is played by the test. */
class Played {
  readonly sent: Record<string, unknown>[] = [];
  ended = false;
  readonly events: RawEvents;
  constructor(events: RawEvents) {
    this.events = events;
  }
  open(serverTime = Date.now()) {
    this.events.open();
    this.say({ type: 'pong', serverTime });
  }
  say(message: object) {
    this.events.message(JSON.stringify(message));
  }
  of(action: string) {
    return this.sent.filter((message) => message.action === action);
  }
  idOf(n = 0) {
    return String(this.of('classify')[n]?.requestId);
  }
}

let sockets: Played[];
/** What the AsyncAPI document does not let a client send. */
let wrong: string[];
const platform: Platform = {
  openSocket: (_url, _key, events) => {
    const played = new Played(events);
    sockets.push(played);
    const send = (text: string) => {
      const message = parseJson(text);
      if (isObject(message)) played.sent.push(message);
      const why = whyNotSent(message);
      if (why !== undefined) wrong.push(`${text}: ${why}`);
    };
    return {
      send,
      end: () => {
        played.ended = true;
      },
    };
  },
  fetch: (url, init) => fetch(url, init),
  placeBy: () => () => expect.fail('nothing is uploaded here'),
  onOnline: () => () => {},
};
let cloud: Cloud;
const socket = (n = 0) => sockets[n] ?? expect.fail(`no socket ${n}`);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const minutes = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  wrong = [];
  cloud = new Cloud('ws://service.example', { budgetMs: Number.POSITIVE_INFINITY }, platform);
});
afterEach(() => {
  cloud.close();
  vi.useRealTimers();
  expect(wrong).toEqual([]);
});

const result = (requestId: string) => ({
  type: 'result',
  requestId,
  imageUrl: 'https://images.example/a.jpg',
  labels: [],
});
const accepted = (requestId: string) => ({ ...result(requestId), type: 'accepted', position: 0, etaMs: 100 });
const error = (requestId: string | undefined, code: string, retryable: boolean) => ({
  type: 'error',
  requestId,
  error: { code, message: 'no', retryable },
});
const ask = () => cloud.classify('https://images.example/a.jpg');

test('an id is made by the server’s clock, and none before that is known', async () => {
  const answer = ask();
  socket().events.open();
  await pass(100);
  expect(socket().of('classify')).toEqual([]);
  const serverTime = Date.now() + 60 * minutes;
  socket().say({ type: 'pong', serverTime });
  await pass(10);
  expect(Math.abs(madeAt(socket().idOf()) - serverTime)).toBeLessThan(200);
  socket().say(result(socket().idOf()));
  socket().say(result(socket().idOf())); // at least once
  expect((await answer).requestId).toBe(socket().idOf());
});

test('what is accepted is resumed at once on another socket, and 5 s after its deadline', async () => {
  const answer = ask();
  socket().open();
  await pass(10);
  const id = socket().idOf();
  socket().say(accepted(id));
  await pass(1_000);
  socket().events.close();
  await pass(1_000);
  socket(1).open();
  await pass(10);
  expect(socket(1).of('resume')).toMatchObject([{ requestIds: [id] }]);
  expect(socket(1).of('classify')).toEqual([]);
  await pass(15_000); // the service may have been started anew
  expect(socket(1).idOf()).toBe(id);
  socket(1).say(accepted(id));
  for (let seconds = 0; seconds < 112; seconds += 7) {
    socket(1).say({ type: 'pong', serverTime: Date.now() });
    await pass(7_000);
  }
  expect(socket(1).of('resume').length).toBeGreaterThan(1);
  socket(1).say(result(id));
  await answer;
});

test('a socket on which nothing comes back is replaced', async () => {
  const answer = ask();
  socket().open();
  await pass(30_000);
  expect(socket().of('ping').length).toBe(2);
  expect(socket().ended).toBe(true);
  await pass(1_000);
  socket(1).open();
  await pass(10);
  socket(1).say(result(socket().idOf()));
  await answer;
});

test('an idle socket is kept alive, and replaced by an open one before its two hours are over', async () => {
  socket().open();
  let pings = 0;
  for (let minute = 0; minute < 112 && sockets.length === 1; minute += 0.1) {
    await pass(0.1 * minutes);
    if (socket().of('ping').length > pings) socket().say({ type: 'pong', serverTime: Date.now() });
    pings = socket().of('ping').length;
  }
  expect(pings).toBeGreaterThan(20);
  expect(sockets).toHaveLength(2);
  expect(socket().ended).toBe(false);
  socket(1).open();
  expect(socket().ended).toBe(true);
  expect(cloud.state).toBe('connected');
});

test('what may pass is tried again under another id; what the image’s host fails at, four times', async () => {
  const overloaded = ask();
  socket().open();
  await pass(10);
  socket().say(error(socket().idOf(), 'OVERLOADED', true));
  await pass(2_000);
  expect(socket().idOf(1)).not.toBe(socket().idOf(0));
  socket().say(result(socket().idOf(1)));
  await overloaded;

  const failing = ask().catch((reason: unknown) => reason);
  for (let n = 2; n < 6; n++) {
    await pass(8_000);
    socket().say(error(socket().idOf(n), 'DOWNLOAD_FAILED', true));
  }
  expect(await failing).toMatchObject({ name: 'DownloadFailedError', requestId: socket().idOf(5) });
});

test('retries end with the caller’s budget, and with the error that was met', async () => {
  const answer = cloud
    .classify('https://images.example/a.jpg', { budgetMs: 5_000 })
    .catch((reason: unknown) => reason);
  socket().open();
  for (let n = 0; n < 12; n++) {
    await pass(1_000);
    const asked = socket().of('classify').at(-1);
    socket().say(error(String(asked?.requestId), 'OVERLOADED', true));
  }
  expect(await answer).toBeInstanceOf(OverloadedError);
});

test('a key that is revoked ends all that waits, in a sentence, and opens no more sockets', async () => {
  const answers = [ask(), ask()].map((answer) => answer.catch((reason: unknown) => reason));
  socket().open();
  await pass(10);
  socket().say(error(undefined, 'UNAUTHORIZED', false));
  for (const reason of await Promise.all(answers)) {
    expect(reason).toBeInstanceOf(UnauthorizedError);
    expect(reason).toMatchObject({ message: expect.stringContaining('Ask whoever runs the service') });
  }
  expect(cloud.state).toBe('unauthorized');
  await pass(10 * minutes);
  expect(sockets).toHaveLength(1);
});

test('of 1,000 images no more than 100 are under way at once', async () => {
  const answers = Array.from({ length: 1000 }, ask);
  socket().open();
  await pass(10);
  expect(socket().of('classify')).toHaveLength(100);
  for (let n = 0; n < 1000; n++) {
    socket().say(result(socket().idOf(n)));
    await pass(0);
  }
  expect(await Promise.all(answers)).toHaveLength(1000);
});

test('where a handshake hangs and HTTP works, it is left for HTTP when its 10 s are over', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (address: string, { body = '{}' }: { body?: string }) => {
    asked.push(address);
    return Response.json(/-$/.test(address) ? {} : result(String(Object(parseJson(body)).requestId)));
  });
  const byHttp = new Cloud('ws://service.example', { httpUrl: 'http://service.example/' }, platform);
  const answer = byHttp.classify('https://images.example/a.jpg');
  await pass(9_000);
  expect(asked).toEqual([]);
  await pass(3_000);
  expect(byHttp.state).toBe('http');
  await answer;
  expect(asked).toEqual(['http://service.example/requests/-', 'http://service.example/requests']);
  byHttp.close();
  vi.unstubAllGlobals();
});
