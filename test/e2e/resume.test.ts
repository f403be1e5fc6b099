import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { keysOf } from '../harness/bucket.ts';
import { Client } from '../harness/client.ts';
import { until } from '../harness/until.ts';
import { useService } from '../harness/use-service.ts';

const on = useService({ ENGINE: 'echo', ECHO_MS: '150' });

const JOBS = 30;
const connect = () => Client.connect(on.service.ws);

test('a client that drops its socket with work to do, and resumes on two sockets, gets all on each', async () => {
  const first = await connect();
  const imageUrls = Array.from({ length: JOBS }, (_, n) => on.images.url(`/drop-${n}.jpg`));
  first.send({ action: 'classify', imageUrls, clientRef: 'dropped' });
  const requestIds = (await first.wait('accepted', JOBS)).map(({ requestId }) => requestId);
  const done = first.all('result').length;
  expect(done).toBeLessThan(JOBS); // else there was nothing to lose
  first.close();

  const again = await Promise.all([connect(), connect()]);
  for (const client of again) client.send({ action: 'resume', requestIds });
  for (const client of again) {
    await client.waitResults(requestIds);
    expect(client.all('error')).toEqual([]);
    client.close();
  }
});

test('a socket that is half open takes its push, and the one that resumed gets it too', async () => {
  const [ahead, first, second] = await Promise.all([connect(), connect(), connect()]);
  const imageUrls = Array.from({ length: JOBS }, (_, n) => on.images.url(`/ahead-${n}.jpg`));
  ahead.send({ action: 'classify', imageUrls });
  await ahead.wait('accepted', JOBS);
  first.send({ action: 'classify', imageUrl: on.images.url('/half-open.jpg') });
  const [accepted] = await first.wait('accepted');
  const requestId = accepted?.requestId ?? '';
  first.socket.pause(); // it reads no more and closes not: so a network that broke looks to the service

  second.send({ action: 'resume', requestIds: [requestId] });
  await until(async () => (await keysOf(on.service, `rebind/${requestId}`)).length === 1, 10_000);
  expect((await fetch(`${on.service.http}/requests/${requestId}`)).status).toBe(202); // else nothing was left to push
  await second.waitResults([requestId], 15_000);
  expect(first.all('result')).toEqual([]);
  expect(first.socket.readyState).toBe(WebSocket.OPEN);

  first.socket.resume();
  await first.waitResults([requestId], 5_000);
  for (const client of [ahead, first, second]) client.close();
});

test('an outcome that is there already is answered at once, as often as it is asked for', async () => {
  const client = await connect();
  client.send({ action: 'classify', imageUrl: on.images.url('/done.jpg'), clientRef: 'done' });
  const [result] = await client.wait('result');
  const answer = await client.ask({ action: 'resume', requestIds: [result?.requestId] });
  expect(answer).toEqual(result);
  client.close();
});

test('a stored error is resumed like a result', async () => {
  const client = await connect();
  client.send({ action: 'classify', imageUrl: on.images.url('/missing.jpg') });
  const [error] = await client.wait('error');
  expect(await client.ask({ action: 'resume', requestIds: [error?.requestId] })).toEqual(error);
  client.close();
});
