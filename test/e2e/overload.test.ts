import { expect, test } from 'vitest';
import { z } from 'zod';
import { Client } from '../harness/client.ts';
import { until } from '../harness/until.ts';
import { useService } from '../harness/use-service.ts';

// One worker, and an image a second: the backlog below takes far longer than there is time for.
const BACKLOG = 30;
const on = useService({
  ENGINE: 'echo',
  ECHO_MS: '1000',
  MAX_WORKERS: '1',
  REQUEST_TIMEOUT_SECONDS: '7',
});
const seen = z.object({ serviceMs: z.number().nullable() });
const health = async () => seen.parse(await (await fetch(`${on.service.http}/health`)).json());

test('work that cannot be done in time is refused; what was accepted is answered, and then work is taken again', async () => {
  const client = await Client.connect(on.service.ws);
  const classify = (name: string) => ({ action: 'classify', imageUrl: on.images.url(`/${name}.jpg`) });
  const post = (name: string) =>
    fetch(`${on.service.http}/requests`, {
      method: 'POST',
      body: JSON.stringify({ imageUrl: on.images.url(`/${name}.jpg`) }),
    });

  client.send(classify('first'));
  await client.wait('result');
  await until(
    async () => (await health()).serviceMs !== null,
    15_000,
    () => 'a service time',
  );

  for (let n = 0; n < BACKLOG; n++) client.send(classify(`backlog-${n}`));
  const answers = () => client.all('accepted').length + client.all('error').length;
  await until(
    () => answers() >= 1 + BACKLOG,
    20_000,
    () => `an answer to each, and not ${answers()}`,
  );
  // Before the load balancer has looked again.
  expect(client.all('accepted').length).toBeLessThan(10);
  const [refused] = client.all('error');
  expect(refused).toMatchObject({
    type: 'error',
    error: { code: 'OVERLOADED', retryable: true, retryAfterMs: expect.any(Number) },
  });
  expect(refused).not.toHaveProperty('requestId');

  let problem = await post('too-much');
  while (problem.status === 202) problem = await post('too-much'); // of what there is time for again by now
  expect(problem.status).toBe(503);
  expect(problem.headers.get('content-type')).toContain('application/problem+json');
  const { retryAfterMs, ...told } = z.looseObject({ retryAfterMs: z.number() }).parse(await problem.json());
  expect(told).toMatchObject({ code: 'OVERLOADED', status: 503, retryable: true });
  expect(retryAfterMs).toBeGreaterThanOrEqual(1000);
  expect(problem.headers.get('retry-after')).toBe(String(Math.ceil(retryAfterMs / 1000)));

  const more = Array.from({ length: 10 }, (_, n) => on.images.url(`/more-${n}.jpg`));
  const imageUrls = more.with(1, 'ftp://a.example/b.jpg');
  client.send({ action: 'classify', imageUrls, clientRef: 'batch' });
  const ofBatch = () => client.all('error').filter(({ clientRef }) => clientRef === 'batch');
  await until(
    () => ofBatch().length === imageUrls.length,
    10_000,
    () => 'the refusal of all of a batch',
  );
  expect(ofBatch().map(({ imageUrl, error }) => [imageUrl, error.code])).toEqual(
    expect.arrayContaining(imageUrls.map((url, n) => [url, n === 1 ? 'INVALID_URL' : 'OVERLOADED'])),
  );
  const posted = await fetch(`${on.service.http}/requests`, {
    method: 'POST',
    body: JSON.stringify({ imageUrls }),
  });
  expect(posted.status).toBe(503);
  expect(Number(posted.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(await posted.json()).toMatchObject({
    requests: imageUrls.map((_, n) => ({ error: { code: n === 1 ? 'INVALID_URL' : 'OVERLOADED' } })),
  });

  const accepted = client.all('accepted').map(({ requestId }) => requestId);
  const unanswered = () => {
    const ended = [...client.all('result'), ...client.all('error')];
    const answered = new Set(ended.map(({ requestId }) => requestId));
    return accepted.filter((requestId) => !answered.has(requestId));
  };
  await until(
    () => unanswered().length === 0,
    20_000,
    () => `outcomes of ${unanswered().length} of ${accepted.length}`,
  );
  expect(client.all('result').length).toBeGreaterThan(1); // of the backlog, too

  await until(
    async () => (await post('again')).status === 202,
    15_000,
    () => 'an acceptance',
  );
  const again = await client.ask(classify('again'));
  expect(again.type).toBe('accepted');
  await client.waitResults('requestId' in again && again.requestId ? [again.requestId] : []);
  client.close();
}, 60_000);
