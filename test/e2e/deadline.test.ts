import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { Client } from '../harness/client.ts';
import { useService } from '../harness/use-service.ts';

const TIMEOUT_SECONDS = 6;

// Machines that take an hour to boot: no worker ever lives.
const on = useService({
  ENGINE: 'echo',
  MIN_WORKERS: '0',
  LOCAL_BOOT_MS: '3600000',
  REQUEST_TIMEOUT_SECONDS: String(TIMEOUT_SECONDS),
  HELD_GETS: '2',
});

test('where no worker lives, a GET that is followed ends at the deadline with TIMEOUT', async () => {
  const start = Date.now();
  const answer = await fetch(`${on.service.http}/classify?imageUrl=${on.images.url('/1.jpg')}`);
  expect(answer.status).toBe(504);
  expect(await answer.json()).toMatchObject({ code: 'TIMEOUT', retryable: true });
  const seconds = (Date.now() - start) / 1000;
  expect(seconds).toBeGreaterThan(TIMEOUT_SECONDS - 0.5);
  expect(seconds).toBeLessThan(TIMEOUT_SECONDS + 3);
});

test('a wait that ends before the deadline is a 303 to the same place, without a wait it is 202', async () => {
  const posted = await fetch(`${on.service.http}/requests`, {
    method: 'POST',
    body: JSON.stringify({ imageUrl: on.images.url('/2.jpg') }),
  });
  const place = new URL(posted.headers.get('location') ?? '', posted.url);
  const pending = await fetch(place);
  expect(pending.status).toBe(202);
  expect(Number(pending.headers.get('retry-after'))).toBeGreaterThan(0);
  const waited = await fetch(`${place}?waitSeconds=1`, { redirect: 'manual' });
  expect(waited.status).toBe(303);
  const next = waited.headers.get('location') ?? '';
  expect(next.startsWith('/')).toBe(false);
  expect(new URL(next, waited.url).href).toBe(`${place}?waitSeconds=1`);
});

test('GETs beyond HELD_GETS are not held but answered 202 with Retry-After', async () => {
  const id = uuidv7();
  const get = () => fetch(`${on.service.http}/requests/${id}?waitSeconds=2`, { redirect: 'manual' });
  const answers = await Promise.all([get(), get(), get(), get()]);
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 303, 303]);
  for (const answer of answers.filter(({ status }) => status === 202))
    expect(answer.headers.get('retry-after')).toBe('1');
});

test('past its deadline an id is answered TIMEOUT by resume, and the same ever after', async () => {
  const client = await Client.connect(on.service.ws);
  const old = uuidv7({ msecs: Date.now() - (TIMEOUT_SECONDS + 1) * 1000 });
  const resume = { action: 'resume', requestIds: [old] };
  const answer = await client.ask(resume);
  expect(answer).toMatchObject({ type: 'error', requestId: old, error: { code: 'TIMEOUT' } });
  expect(await client.ask(resume)).toEqual(answer);
  client.close();
});
