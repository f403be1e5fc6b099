import { expect, test } from 'vitest';
import { keysOf } from '../harness/bucket.ts';
import { Client } from '../harness/client.ts';
import { until } from '../harness/until.ts';
import { useService } from '../harness/use-service.ts';
import { machinesOf, workerPids } from '../harness/workers.ts';

const on = useService({ ENGINE: 'echo', ECHO_MS: '200', MAX_WORKERS: '2' });
const ready = async () =>
  (await machinesOf(on.service)).filter(
    ({ tags, state }) => state === 'running' && tags['classifycloud:state'] === 'ready',
  );

test('a worker killed with SIGKILL in mid-job loses nothing: its jobs are answered by another', async () => {
  const client = await Client.connect(on.service.ws);
  const imageUrls = Array.from({ length: 10 }, (_, n) => on.images.url(`/kill-${n}.jpg`));
  client.send({ action: 'classify', imageUrls });
  await client.wait('result');
  const [victim] = workerPids(on.service);
  if (victim === undefined) throw new Error('no worker');
  process.kill(victim, 'SIGKILL');
  await client.waitResults((await client.wait('accepted', 10)).map(({ requestId }) => requestId));
  expect(client.all('error')).toEqual([]);
  expect(workerPids(on.service)).not.toContain(victim);
  client.close();
}, 90_000);

test('a backlog that outlives a tick brings up a second worker; idle again, it goes by a terminate message', async () => {
  await until(
    async () => (await ready()).length === 1,
    60_000,
    () => 'one ready worker',
  );
  const client = await Client.connect(on.service.ws);
  const stored = (await keysOf(on.service, 'results/')).length;
  for (const half of [0, 100]) {
    const imageUrls = Array.from({ length: 100 }, (_, n) => on.images.url(`/scale-${half + n}.jpg`));
    client.send({ action: 'classify', imageUrls });
  }
  await until(
    async () => (await ready()).length === 2,
    40_000,
    () => 'two ready workers',
  );
  const requestIds = new Set((await client.wait('accepted', 200)).map(({ requestId }) => requestId));
  expect(requestIds.size).toBe(200);
  await client.waitResults([...requestIds]);
  expect(await keysOf(on.service, 'results/')).toHaveLength(stored + 200);
  await until(
    async () => (await ready()).length === 1,
    60_000,
    () => 'one worker left',
  );
  await until(
    () => workerPids(on.service).length === 1,
    10_000,
    () => 'the other process has left',
  );
  client.close();
}, 150_000);
