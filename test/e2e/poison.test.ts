import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ListQueuesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { sqsOf } from '../harness/bucket.ts';
import { Client } from '../harness/client.ts';
import { until } from '../harness/until.ts';
import { useService } from '../harness/use-service.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const on = useService({ ENGINE: 'echo', MIN_WORKERS: '0', LOCAL_BOOT_MS: '4000' });

test('a job at its fourth receive is not run: it is answered INTERNAL over both interfaces and parked', async () => {
  const sqs = sqsOf(on.service);
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const queue = (name: RegExp) =>
    QueueUrls.find((url) => name.test(url)) ?? expect.fail(`no queue ${name} in ${QueueUrls}`);
  const requests = queue(/request-queue$/);

  const client = await Client.connect(on.service.ws);
  client.send({ action: 'classify', imageUrl: on.images.url('/poison.jpg') });
  const [accepted] = await client.wait('accepted');
  // No worker is up yet: three receives stand for three workers that died of it.
  for (let receives = 0; receives < 3; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: requests, VisibilityTimeout: 0, WaitTimeSeconds: 1 }),
    );
    receives += Messages.length;
  }
  const [error] = await client.wait('error', 1, 30_000);
  expect(error).toMatchObject({
    requestId: accepted?.requestId,
    error: { code: 'INTERNAL', retryable: true },
  });
  expect(on.images.hits('/poison.jpg')).toBe(0);

  const answer = await fetch(`${on.service.http}/requests/${accepted?.requestId}`);
  expect(answer.status).toBe(500);
  expect(await answer.json()).toMatchObject({ code: 'INTERNAL' });

  const dead: string[] = [];
  await until(async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue(/request-dead-letter/), VisibilityTimeout: 0 }),
    );
    dead.push(...Messages.map(({ Body }) => JSON.parse(Body ?? '').requestId));
    return dead.length > 0;
  }, 10_000);
  expect(dead).toEqual([accepted?.requestId]);
  client.close();
});

/** `npm run dead-letters`, without npm's own time: what it printed, a JSON line each. */
async function deadLetters(...args: string[]): Promise<unknown[]> {
  const program = [
    '--import',
    'tsx',
    'scripts/dead-letters.ts',
    ...args,
    '--json',
    '--endpoint',
    on.service.aws,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: root });
  const lines = stdout.split('\n').filter(Boolean);
  return lines.map((line): unknown => JSON.parse(line));
}

test('an operator sees the dead letter, submits it anew under an id of its own, and drops what cannot be read', async () => {
  const sqs = sqsOf(on.service);
  const { QueueUrls: [QueueUrl] = [] } = await sqs.send(
    new ListQueuesCommand({ QueueNamePrefix: 'classifycloud-local-request-dead-letters' }),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'nonsense' }));
  const letter = z.object({ kind: z.string(), id: z.string(), tenant: z.string(), image: z.string() });
  const listed = z.array(letter).parse(await deadLetters('list'));
  const dead = listed.find(({ kind }) => kind === 'request') ?? expect.fail('no request');
  const unreadable = listed.find(({ kind }) => kind === 'unreadable') ?? expect.fail('no nonsense');
  expect(listed).toHaveLength(2);
  expect(dead).toMatchObject({ tenant: 'public', image: on.images.url('/poison.jpg') });
  expect(await deadLetters('show', dead.id)).toMatchObject([
    { message: { requestId: dead.id, imageUrl: dead.image }, outcome: { error: { code: 'INTERNAL' } } },
  ]);
  expect(await deadLetters('show', unreadable.id)).toMatchObject([{ message: 'nonsense', outcome: null }]);

  const [done] = z
    .array(z.object({ redriven: z.string(), requestId: z.string() }))
    .parse(await deadLetters('redrive', '--all'));
  expect(done?.redriven).toBe(dead.id);
  expect(done?.requestId).not.toBe(dead.id);
  const status = async (id = '') => (await fetch(`${on.service.http}/requests/${id}`)).status;
  await until(async () => (await status(done?.requestId)) === 200, 20_000);
  expect(await status(dead.id)).toBe(500); // the old outcome stands
  expect(on.images.hits('/poison.jpg')).toBe(1);

  await expect(deadLetters('drop', unreadable.id)).rejects.toThrow('Say --yes');
  await expect(deadLetters('drop', 'none', '--yes')).rejects.toThrow('no dead letter none');
  expect(await deadLetters('drop', unreadable.id, '--yes')).toEqual([{ dropped: unreadable.id }]);
  expect(await deadLetters('list')).toEqual([]);
}, 90_000);

test('a response that could not be pushed is pushed again as it is', async () => {
  const sqs = sqsOf(on.service);
  const client = await Client.connect(on.service.ws);
  client.send({ action: 'classify', imageUrl: on.images.url('/pushed.jpg') });
  const [result] = await client.wait('result');
  const { requestId = '' } = result ?? {};
  client.send({ action: 'resume', requestIds: [requestId] });
  await client.wait('result', 2);
  const { QueueUrls: [QueueUrl] = [] } = await sqs.send(
    new ListQueuesCommand({ QueueNamePrefix: 'classifycloud-local-response-dead-letters' }),
  );
  const response = { v: 1, requestId, tenant: 'public', outcome: result };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(response) }));
  expect(await deadLetters('redrive', requestId)).toEqual([{ redriven: requestId, requestId }]);
  await client.wait('result', 3); // for it listens, since it resumed
  expect(await deadLetters('list')).toEqual([]);
  client.close();
}, 60_000);
