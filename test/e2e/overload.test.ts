import { expect, test } from 'vitest';
import { z } from 'zod';
import { Client } from '../harness/client.ts';
import { until } from '../harness/until.ts';
import { useService } from '../harness/use-service.ts';

// One worker, and an image a second: the backlog below takes far longer than there is time for, also at the load
// balancer's next look at it, within 5 s.
const BACKLOG = 30;
const on = useService({
  ENGINE: 'echo',
  ECHO_MS: '1000',
  MAX_WORKERS: '1',
  REQUEST_TIMEOUT_SECONDS: '7',
});
const seen = z.object({ queue: z.object({ visible: z.int().nullable() }), serviceMs: z.number().nullable() });
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
  await client.wait('accepted', 1 + BACKLOG);
  await until(
    async () => ((await health()).queue.visible ?? 0) > BACKLOG / 2,
    10_000,
    () => 'the load balancer sees the backlog',
  );
  // What it sees is read once a second.
  await until(
    async () => (await client.ask(classify('too-much'))).type === 'error',
    5_000,
    () => 'a refusal',
  );
  const refused = await client.ask(classify('too-much'));
  expect(refused).toMatchObject({
    type: 'error',
    error: { code: 'OVERLOADED', retryable: true, retryAfterMs: expect.any(Number) },
  });
  expect(refused).not.toHaveProperty('requestId');

  const problem = await post('too-much');
  expect(problem.status).toBe(503);
  expect(problem.headers.get('content-type')).toContain('application/problem+json');
  const { retryAfterMs, ...told } = z.looseObject({ retryAfterMs: z.number() }).parse(await problem.json());
  expect(told).toMatchObject({ code: 'OVERLOADED', status: 503, retryable: true });
  expect(retryAfterMs).toBeGreaterThanOrEqual(1000);
  expect(problem.headers.get('retry-after')).toBe(String(Math.ceil(retryAfterMs / 1000)));

  const accepted = client.all('accepted').map(({ requestId }) => requestId);
  const late = () => client.all('error').filter(({ requestId }) => requestId !== undefined);
  const unanswered = () => {
    const answered = new Set([...client.all('result'), ...late()].map(({ requestId }) => requestId));
    return accepted.filter((requestId) => !answered.has(requestId));
  };
  await until(
    () => unanswered().length === 0,
    20_000,
    () => `outcomes of ${unanswered().length} of ${accepted.length}`,
  );
  expect(new Set(late().map(({ error }) => error.code))).toEqual(new Set(['TIMEOUT']));
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
