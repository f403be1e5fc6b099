import { ListQueuesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { sqsOf } from '../harness/bucket.ts';
import { Client } from '../harness/client.ts';
import { until } from '../harness/until.ts';
import { useService } from '../harness/use-service.ts';

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
      new ReceiveMessageCommand({ QueueUrl: queue(/request-dead-letter/) }),
    );
    dead.push(...Messages.map(({ Body }) => JSON.parse(Body ?? '').requestId));
    return dead.length > 0;
  }, 10_000);
  expect(dead).toEqual([accepted?.requestId]);
  client.close();
});
