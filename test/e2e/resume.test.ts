import { expect, test } from 'vitest';
import { Client } from '../harness/client.ts';
import { useService } from '../harness/use-service.ts';

const on = useService({ ENGINE: 'echo', ECHO_MS: '150' });

const JOBS = 30;

test('a client that drops its socket with work to do, and resumes on two sockets, gets all on each', async () => {
  const first = await Client.connect(on.service.ws);
  const imageUrls = Array.from({ length: JOBS }, (_, n) => on.images.url(`/drop-${n}.jpg`));
  first.send({ action: 'classify', imageUrls, clientRef: 'dropped' });
  const requestIds = (await first.wait('accepted', JOBS)).map(({ requestId }) => requestId);
  const done = first.all('result').length;
  expect(done).toBeLessThan(JOBS); // else there was nothing to lose
  first.close();

  const again = await Promise.all([Client.connect(on.service.ws), Client.connect(on.service.ws)]);
  for (const client of again) client.send({ action: 'resume', requestIds });
  for (const client of again) {
    await client.waitResults(requestIds);
    expect(client.all('error')).toEqual([]);
    client.close();
  }
});

test('a socket that is half open takes its push, and the one that resumed gets it too', async () => {
  const first = await Client.connect(on.service.ws);
  first.send({ action: 'classify', imageUrl: on.images.url('/half-open.jpg') });
  const [accepted] = await first.wait('accepted');
  const requestIds = [accepted?.requestId ?? ''];
  const second = await Client.connect(on.service.ws);
  second.send({ action: 'resume', requestIds });
  await Promise.all([first.wait('result'), second.wait('result')]);
  expect(second.all('result')[0]?.requestId).toBe(requestIds[0]);
  first.close();
  second.close();
});

test('an outcome that is there already is answered at once, as often as it is asked for', async () => {
  const client = await Client.connect(on.service.ws);
  client.send({ action: 'classify', imageUrl: on.images.url('/done.jpg'), clientRef: 'done' });
  const [result] = await client.wait('result');
  const answer = await client.ask({ action: 'resume', requestIds: [result?.requestId] });
  expect(answer).toEqual(result);
  client.close();
});

test('a stored error is resumed like a result', async () => {
  const client = await Client.connect(on.service.ws);
  client.send({ action: 'classify', imageUrl: on.images.url('/missing.jpg') });
  const [error] = await client.wait('error');
  expect(await client.ask({ action: 'resume', requestIds: [error?.requestId] })).toEqual(error);
  client.close();
});
