import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../shared/errors.ts';
import { acceptedMessage } from '../../shared/protocol.ts';
import { Client } from '../harness/client.ts';
import { whyNotSent } from '../harness/messages.ts';
import { until } from '../harness/until.ts';
import { useService } from '../harness/use-service.ts';

const yesterday = () => uuidv7({ msecs: Date.now() - 86_400_000 });
const tomorrow = () => uuidv7({ msecs: Date.now() + 86_400_000 });

const on = useService({ ENGINE: 'echo' });
let client: Client;
beforeAll(async () => {
  client = await Client.connect(on.service.ws);
});
afterAll(() => client.close());

/** A request that ends in an error, and its code; over both interfaces. */
const bad: [name: string, fields: () => Record<string, unknown>, code: ErrorCode][] = [
  ['no URL at all', () => ({}), 'INVALID_MESSAGE'],
  [
    'both URL fields',
    () => ({ imageUrl: on.images.url('/1.jpg'), imageUrls: [on.images.url('/2.jpg')] }),
    'INVALID_MESSAGE',
  ],
  [
    '129 URLs',
    () => ({ imageUrls: Array.from({ length: 129 }, (_, i) => `http://a.test/${i}`) }),
    'INVALID_MESSAGE',
  ],
  ['an empty batch', () => ({ imageUrls: [] }), 'INVALID_MESSAGE'],
  ['a number for a URL', () => ({ imageUrl: 7 }), 'INVALID_MESSAGE'],
  ['topK of 0', () => ({ imageUrl: on.images.url('/1.jpg'), topK: 0 }), 'INVALID_MESSAGE'],
  ['topK of 1001', () => ({ imageUrl: on.images.url('/1.jpg'), topK: 1001 }), 'INVALID_MESSAGE'],
  ['minConfidence of 2', () => ({ imageUrl: on.images.url('/1.jpg'), minConfidence: 2 }), 'INVALID_MESSAGE'],
  [
    'a clientRef of 129 characters',
    () => ({ imageUrl: on.images.url('/1.jpg'), clientRef: 'x'.repeat(129) }),
    'INVALID_MESSAGE',
  ],
  [
    'an id that is no UUID',
    () => ({ imageUrl: on.images.url('/1.jpg'), requestId: 'mine' }),
    'INVALID_MESSAGE',
  ],
  [
    'an id that is a UUIDv4',
    () => ({ imageUrl: on.images.url('/1.jpg'), requestId: crypto.randomUUID() }),
    'INVALID_MESSAGE',
  ],
  [
    'an id from yesterday',
    () => ({ imageUrl: on.images.url('/1.jpg'), requestId: yesterday() }),
    'INVALID_MESSAGE',
  ],
  [
    'an id from tomorrow',
    () => ({ imageUrl: on.images.url('/1.jpg'), requestId: tomorrow() }),
    'INVALID_MESSAGE',
  ],
  [
    'an id with a batch',
    () => ({ imageUrls: [on.images.url('/1.jpg')], requestId: uuidv7() }),
    'INVALID_MESSAGE',
  ],
  ['a relative URL', () => ({ imageUrl: '/labrador.jpg' }), 'INVALID_URL'],
  ['a file URL', () => ({ imageUrl: 'file:///etc/passwd' }), 'INVALID_URL'],
  ['credentials in the URL', () => ({ imageUrl: 'https://me:secret@example.com/1.jpg' }), 'INVALID_URL'],
  ['a URL of 2,049 characters', () => ({ imageUrl: `http://a.test/${'x'.repeat(2035)}` }), 'INVALID_URL'],
  ['a loopback address', () => ({ imageUrl: 'http://127.0.0.1/1.jpg' }), 'FORBIDDEN_URL'],
  ['a loopback address in hex', () => ({ imageUrl: 'http://0x7f.1/1.jpg' }), 'FORBIDDEN_URL'],
  ['the metadata service', () => ({ imageUrl: 'http://169.254.169.254/latest/' }), 'FORBIDDEN_URL'],
  [
    'an IPv4-mapped loopback address',
    () => ({ imageUrl: 'http://[::ffff:127.0.0.1]/1.jpg' }),
    'FORBIDDEN_URL',
  ],
  ['port 22', () => ({ imageUrl: 'http://example.com:22/1.jpg' }), 'FORBIDDEN_URL'],
  ['an unknown model', () => ({ imageUrl: on.images.url('/1.jpg'), model: 'resnet' }), 'UNKNOWN_MODEL'],
  ['a name that leads to this machine', () => ({ imageUrl: 'http://localhost/1.jpg' }), 'FORBIDDEN_URL'],
  [
    'a redirect to the metadata service',
    () => ({ imageUrl: on.images.url('/to-metadata.jpg') }),
    'FORBIDDEN_URL',
  ],
  ['redirects without end', () => ({ imageUrl: on.images.url('/round.jpg') }), 'DOWNLOAD_FAILED'],
  ['a URL that answers 404', () => ({ imageUrl: on.images.url('/missing.jpg') }), 'DOWNLOAD_FAILED'],
  ['a URL that answers 500', () => ({ imageUrl: on.images.url('/broken.jpg') }), 'DOWNLOAD_FAILED'],
  [
    'a host that does not exist',
    () => ({ imageUrl: 'http://no-such-host.invalid/1.jpg' }),
    'DOWNLOAD_FAILED',
  ],
  ['a file of 30 MB', () => ({ imageUrl: on.images.url('/30mb.jpg') }), 'IMAGE_TOO_LARGE'],
  ['a text named .jpg', () => ({ imageUrl: on.images.url('/text.jpg') }), 'UNSUPPORTED_IMAGE'],
  ['an SVG', () => ({ imageUrl: on.images.url('/drawing.svg') }), 'UNSUPPORTED_IMAGE'],
];
const STATUS: Partial<Record<ErrorCode, number>> = {
  INVALID_MESSAGE: 400,
  INVALID_URL: 400,
  FORBIDDEN_URL: 403,
  UNKNOWN_MODEL: 404,
  DOWNLOAD_FAILED: 502,
  IMAGE_TOO_LARGE: 413,
  UNSUPPORTED_IMAGE: 415,
};

describe('bad input gets its code over the WebSocket, and the service goes on', () => {
  test.each(bad)('%s', async (_name, fields, code) => {
    const clientRef = uuidv7();
    const own = { action: 'classify', clientRef, ...fields() };
    const mine = () => client.all('error').filter((error) => error.clientRef === clientRef);
    if (own.clientRef !== clientRef) {
      // It is not taken for a clientRef, so that the answer does not carry it.
      expect(await client.ask(JSON.stringify(own))).toMatchObject({ type: 'error', error: { code } });
      return;
    }
    // What the AsyncAPI document forbids is refused as a message; what it allows may be wrong in what it says.
    if (whyNotSent(own) === undefined) client.send(own);
    else {
      expect(code).toBe('INVALID_MESSAGE');
      client.send(JSON.stringify(own));
    }
    await until(
      () => mine().length > 0,
      20_000,
      () => code,
    );
    expect(mine()[0]?.error.code).toBe(code);
  });

  test('a message that is not JSON', async () => {
    expect(await client.ask('classify please')).toMatchObject({
      type: 'error',
      error: { code: 'INVALID_MESSAGE' },
    });
  });
  test.each([
    ['null'],
    ['[]'],
    ['7'],
    ['"classify"'],
    ['{}'],
    ['{"action":7}'],
    ['{"action":"dance"}'],
    ['{"action":"$connect"}'],
  ])('a message without a known action: %s', async (text) => {
    expect(await client.ask(text)).toMatchObject({ type: 'error', error: { code: 'INVALID_MESSAGE' } });
  });
  test('a binary message', async () => {
    expect(await client.ask(Buffer.from([0, 1, 2]))).toMatchObject({ error: { code: 'INVALID_MESSAGE' } });
  });
  test.each([
    [{}],
    [{ requestIds: [] }],
    [{ requestIds: 'all' }],
    [{ requestIds: Array.from({ length: 101 }, () => uuidv7()) }],
  ])('a resume that is malformed: %j', async (fields) => {
    const message = { action: 'resume', ...fields };
    expect(whyNotSent(message)).toBeDefined();
    expect(await client.ask(JSON.stringify(message))).toMatchObject({ error: { code: 'INVALID_MESSAGE' } });
  });
  test.each([['mine'], [crypto.randomUUID()], [yesterday()], [tomorrow()]])(
    'an id that cannot be known: %s',
    async (id) => {
      expect(await client.ask({ action: 'resume', requestIds: [id] })).toMatchObject({
        requestId: id,
        error: { code: 'UNKNOWN_REQUEST' },
      });
    },
  );
  test('a message of 40 KB closes its own socket with 1009, and no other', async () => {
    const other = await Client.connect(on.service.ws);
    other.send({ action: 'ping', padding: 'x'.repeat(40_000) });
    await until(() => other.closeCode !== undefined, 5_000);
    expect(other.closeCode).toBe(1009);
    expect(await client.ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
  });
  test('a message of exactly 32 KB passes', async () => {
    const message = JSON.stringify({ action: 'ping', padding: '' });
    const padded = { action: 'ping', padding: 'x'.repeat(32 * 1024 - message.length) };
    expect(JSON.stringify(padded)).toHaveLength(32 * 1024);
    expect(await client.ask(padded)).toMatchObject({ type: 'pong' });
  });
  test('one bad URL of a batch does not stop the others, and each has its own answer', async () => {
    const clientRef = uuidv7();
    const imageUrls = [on.images.url('/b1.jpg'), 'not a URL', on.images.url('/b1.jpg'), 7];
    client.send({ action: 'classify', imageUrls, clientRef });
    const mine = <T extends { clientRef?: string | undefined }>(all: T[]) =>
      all.filter((one) => one.clientRef === clientRef);
    await until(
      () => mine(client.all('result')).length === 2,
      20_000,
      () => JSON.stringify(mine(client.received as never)),
    );
    expect(new Set(mine(client.all('accepted')).map(({ requestId }) => requestId)).size).toBe(2);
    expect(mine(client.all('error')).map(({ error }) => error.code)).toEqual(['INVALID_URL', 'INVALID_URL']);
  });
});

describe('bad input gets its code over HTTP, as a problem of RFC 9457', () => {
  const post = (body: string) =>
    fetch(`${on.service.http}/requests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });

  test.each(bad)('%s', async (_name, fields, code) => {
    const posted = await post(JSON.stringify(fields()));
    // What only a worker can find out is accepted first, and told at the request's own address.
    const answer =
      posted.status === 202
        ? await fetch(new URL(`${posted.headers.get('location')}?waitSeconds=25`, posted.url))
        : posted;
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ code, status: STATUS[code] });
    expect(answer.status).toBe(STATUS[code]);
  });

  test.each(['false', '0', 'null', '""', '[]', ''])(
    'a body that is JSON, but no object: %s',
    async (body) => {
      const answer = await post(body);
      expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'INVALID_MESSAGE' }]);
    },
  );
  test('a body that is not JSON', async () => {
    const answer = await post('imageUrl=http://a.test');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'INVALID_MESSAGE' });
  });
  test.each([['mine'], [crypto.randomUUID()], [yesterday()], [tomorrow()]])(
    'an id that cannot be known: %s',
    async (id) => {
      const answer = await fetch(`${on.service.http}/requests/${id}`);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'UNKNOWN_REQUEST' });
    },
  );
  test.each([['26'], ['-1'], ['soon'], ['']])('waitSeconds=%s', async (waitSeconds) => {
    const answer = await fetch(`${on.service.http}/requests/${uuidv7()}?waitSeconds=${waitSeconds}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: 'INVALID_MESSAGE',
      detail: expect.stringContaining('waitSeconds'),
    });
  });
  test('GET /classify without a URL, and with a topK that is no number', async () => {
    for (const query of ['', `imageUrl=${encodeURIComponent(on.images.url('/1.jpg'))}&topK=many`]) {
      const answer = await fetch(`${on.service.http}/classify?${query}`);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code: 'INVALID_MESSAGE' });
    }
  });
});

describe('an id that a client brings', () => {
  test('with the same request is answered again, with another it is a CONFLICT: while queued and when done', async () => {
    const requestId = uuidv7();
    const ask = { action: 'classify', imageUrl: on.images.url('/own.jpg'), requestId };
    const other = { ...ask, imageUrl: on.images.url('/other.jpg') };
    const of = () =>
      client.received.filter((message) => 'requestId' in message && message.requestId === requestId);
    client.send(ask);
    // Which of two that are sent at once comes first is left to chance.
    await until(() => of().some(({ type }) => type === 'accepted'), 20_000);
    client.send(other);
    client.send(ask);
    await until(
      () => of().filter(({ type }) => type === 'result').length >= 2,
      20_000,
      () => JSON.stringify(of()),
    );
    await until(() => of().some(({ type }) => type === 'error'), 20_000);
    expect(of().filter(({ type }) => type === 'error')).toMatchObject([{ error: { code: 'CONFLICT' } }]);
    const results = of().filter((message) => message.type === 'result');
    expect(new Set(results.map(({ imageUrl }) => imageUrl))).toEqual(new Set([ask.imageUrl]));

    const again = await client.ask({ ...ask, clientRef: 'again' });
    expect(again).toMatchObject({ type: 'result', requestId, clientRef: 'again' });
    expect(await client.ask(other)).toMatchObject({ type: 'error', error: { code: 'CONFLICT' } });
    expect(on.images.hits('/other.jpg')).toBe(0);
  });
  test('over HTTP: the same request is answered again, another is 409', async () => {
    const requestId = uuidv7();
    const post = (imageUrl: string) =>
      fetch(`${on.service.http}/requests`, { method: 'POST', body: JSON.stringify({ imageUrl, requestId }) });
    const first = await post(on.images.url('/http-own.jpg'));
    expect(first.status).toBe(202);
    expect(first.headers.get('location')).toBe(`requests/${requestId}`);
    const done = await fetch(`${on.service.http}/requests/${requestId}?waitSeconds=25`);
    expect(await done.json()).toMatchObject({ type: 'result', requestId });
    const again = await post(on.images.url('/http-own.jpg'));
    expect(await again.json()).toMatchObject({ type: 'result', requestId });
    const conflict = await post(on.images.url('/http-other.jpg'));
    expect(conflict.status).toBe(409);
    expect(await conflict.json()).toMatchObject({ code: 'CONFLICT' });
  });
  test('that the server made for another image is a CONFLICT too', async () => {
    const { requestId } = (await client.ask({
      action: 'classify',
      imageUrl: on.images.url('/served.jpg'),
    })) as {
      requestId: string;
    };
    await until(() => client.all('result').some((result) => result.requestId === requestId), 20_000);
    const answer = await client.ask({
      action: 'classify',
      imageUrl: on.images.url('/not-served.jpg'),
      requestId,
    });
    expect(answer).toMatchObject({ type: 'error', requestId, error: { code: 'CONFLICT' } });
  });
  test('that the server made for another image is a CONFLICT also while that one is pending', async () => {
    const post = (fields: Record<string, unknown>) =>
      fetch(`${on.service.http}/requests`, { method: 'POST', body: JSON.stringify(fields) });
    const imageUrl = on.images.url('/slow-served.jpg');
    const first = await post({ imageUrl });
    expect(first.status).toBe(202);
    const { requestId } = acceptedMessage.parse(await first.json());
    const place = `${on.service.http}/requests/${requestId}`;

    const conflict = await post({ imageUrl: on.images.url('/slow-not-served.jpg'), requestId });
    expect((await fetch(place)).status).toBe(202); // else it was not pending
    expect(conflict.status).toBe(409);
    expect(await conflict.json()).toMatchObject({ code: 'CONFLICT' });
    expect([200, 202]).toContain((await post({ imageUrl, requestId })).status);
    expect(await (await fetch(`${place}?waitSeconds=25`)).json()).toMatchObject({
      type: 'result',
      requestId,
      imageUrl,
    });
    expect(on.images.hits('/slow-not-served.jpg')).toBe(0);
  });
});
