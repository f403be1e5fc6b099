import { createHash, randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ContractClients, connectContract, isEmbedded } from '../../local/aws/contract-clients.ts';

const MEBIBYTE = 1_048_576;
const ALL = { MessageSystemAttributeNames: ['All' as const], MessageAttributeNames: ['All'] };

let clients: ContractClients;
let sqs: sdk.SQSClient;
const created: string[] = [];

beforeAll(async () => {
  clients = await connectContract();
  sqs = clients.sqs;
});

afterAll(async () => {
  for (const QueueUrl of created) await sqs.send(new sdk.DeleteQueueCommand({ QueueUrl })).catch(() => {});
  await clients.stop();
});

async function createQueue(Attributes: Record<string, string> = {}): Promise<string> {
  const QueueName = `contract-${randomUUID()}`;
  const { QueueUrl = '' } = await sqs.send(new sdk.CreateQueueCommand({ QueueName, Attributes }));
  created.push(QueueUrl);
  return QueueUrl;
}

async function attributesOf(QueueUrl: string): Promise<Record<string, string>> {
  const command = new sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
  return (await sqs.send(command)).Attributes ?? {};
}

async function send(QueueUrl: string, MessageBody: string, more: Partial<sdk.SendMessageCommandInput> = {}) {
  return sqs.send(new sdk.SendMessageCommand({ QueueUrl, MessageBody, ...more }));
}

async function receive(
  QueueUrl: string,
  more: Partial<sdk.ReceiveMessageCommandInput> = {},
): Promise<sdk.Message[]> {
  const command = new sdk.ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...ALL, ...more });
  return (await sqs.send(command)).Messages ?? [];
}

/** Receives the one message that is expected to come. */
async function receiveOne(
  QueueUrl: string,
  more: Partial<sdk.ReceiveMessageCommandInput> = {},
): Promise<sdk.Message & { ReceiptHandle: string }> {
  const [message] = await receive(QueueUrl, { WaitTimeSeconds: 5, MaxNumberOfMessages: 1, ...more });
  if (message?.ReceiptHandle === undefined) throw new Error('No message came.');
  return { ...message, ReceiptHandle: message.ReceiptHandle };
}

const setVisibility = (QueueUrl: string, ReceiptHandle: string, VisibilityTimeout: number) =>
  sqs.send(new sdk.ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
const remove = (QueueUrl: string, ReceiptHandle: string) =>
  sqs.send(new sdk.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

describe('a message', () => {
  it('comes back as it was sent, with digests that are right', async () => {
    const url = await createQueue();
    const body = '{"text":"Grüße, 世界 \u{1f431}\\n"}\n<&>';
    const sent = await send(url, body, {
      MessageAttributes: {
        text: { DataType: 'String', StringValue: 'ä' },
        bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 255) },
      },
    });
    const message = await receiveOne(url);
    expect(message).toMatchObject({ MessageId: sent.MessageId, Body: body });
    expect(sent.MD5OfMessageBody).toBe(createHash('md5').update(body).digest('hex'));
    expect(message.MD5OfBody).toBe(sent.MD5OfMessageBody);
    expect(message.MessageAttributes?.text?.StringValue).toBe('ä');
    expect([...(message.MessageAttributes?.bytes?.BinaryValue ?? [])]).toEqual([0, 255]);
    expect(message.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
  });

  it('has the digest of its attributes that AWS computes', async () => {
    const sent = await send(await createQueue(), 'body', {
      MessageAttributes: { timestamp: { DataType: 'Number', StringValue: '1493147359900' } },
    });
    expect(sent.MD5OfMessageAttributes).toBe('235c5c510d26fb653d073faed50ae77c');
  });

  it('carries only the attributes that were asked for', async () => {
    const url = await createQueue();
    const attribute = { DataType: 'String', StringValue: 'x' };
    await send(url, 'body', { MessageAttributes: { 'a.one': attribute, 'a.two': attribute, b: attribute } });
    const message = await receiveOne(url, {
      MessageSystemAttributeNames: ['SentTimestamp'],
      MessageAttributeNames: ['a.*'],
    });
    expect(Object.keys(message.Attributes ?? {})).toEqual(['SentTimestamp']);
    expect(Object.keys(message.MessageAttributes ?? {}).sort()).toEqual(['a.one', 'a.two']);
  });

  it('may have 1 MiB and not a byte more, its attributes included', async () => {
    const url = await createQueue();
    await send(url, 'x'.repeat(MEBIBYTE));
    expect((await receiveOne(url)).Body).toHaveLength(MEBIBYTE);
    const tooLarge = { name: 'InvalidParameterValue' };
    await expect(send(url, 'x'.repeat(MEBIBYTE + 1))).rejects.toMatchObject(tooLarge);
    const attributes = { MessageAttributes: { a: { DataType: 'String', StringValue: 'x' } } };
    await expect(send(url, 'x'.repeat(MEBIBYTE - 7), attributes)).rejects.toMatchObject(tooLarge);
    await send(url, 'x'.repeat(MEBIBYTE - 8), attributes);
  });

  it('is seen by nobody before its delay has passed', async () => {
    const url = await createQueue({ DelaySeconds: '900' });
    await send(url, 'by the queue');
    await send(url, 'by itself', { DelaySeconds: 1 });
    expect((await attributesOf(url)).ApproximateNumberOfMessagesDelayed).toBe('2');
    expect(await receive(url)).toEqual([]);
    const sentAt = Date.now();
    expect((await receiveOne(url)).Body).toBe('by itself');
    expect(Date.now() - sentAt).toBeGreaterThan(900);
  });
});

describe('visibility', () => {
  it('ends: a message that is not deleted in time comes again, and says so', async () => {
    const url = await createQueue();
    await send(url, 'body');
    const first = await receiveOne(url, { VisibilityTimeout: 1 });
    expect(await receive(url)).toEqual([]);
    const second = await receiveOne(url);
    expect(first.Attributes?.ApproximateReceiveCount).toBe('1');
    expect(second.Attributes?.ApproximateReceiveCount).toBe('2');
    expect(second.Attributes?.ApproximateFirstReceiveTimestamp).toBe(
      first.Attributes?.ApproximateFirstReceiveTimestamp,
    );
    expect(second.ReceiptHandle).not.toBe(first.ReceiptHandle);
  });

  it('of zero makes a message ready at once', async () => {
    const url = await createQueue();
    await send(url, 'body');
    await setVisibility(url, (await receiveOne(url)).ReceiptHandle, 0);
    expect(await receive(url)).toHaveLength(1);
  });

  it('can be renewed for as long as the work takes', async () => {
    const url = await createQueue();
    await send(url, 'body');
    const { ReceiptHandle } = await receiveOne(url, { VisibilityTimeout: 1 });
    await setVisibility(url, ReceiptHandle, 30);
    expect(await receive(url, { WaitTimeSeconds: 2 })).toEqual([]);
    await remove(url, ReceiptHandle);
  });

  it('cannot be changed by one who no longer holds the message', async () => {
    const url = await createQueue();
    await send(url, 'body');
    const { ReceiptHandle } = await receiveOne(url);
    await setVisibility(url, ReceiptHandle, 0);
    await expect(setVisibility(url, ReceiptHandle, 30)).rejects.toMatchObject({ name: 'MessageNotInflight' });
  });

  it('is counted: waiting, in flight, and neither once deleted', async () => {
    const url = await createQueue();
    for (const body of ['a', 'b', 'c']) await send(url, body);
    const { ReceiptHandle } = await receiveOne(url);
    const counts = async () => {
      const attributes = await attributesOf(url);
      return [attributes.ApproximateNumberOfMessages, attributes.ApproximateNumberOfMessagesNotVisible];
    };
    expect(await counts()).toEqual(['2', '1']);
    await remove(url, ReceiptHandle);
    expect(await counts()).toEqual(['2', '0']);
    await sqs.send(new sdk.PurgeQueueCommand({ QueueUrl: url }));
    await vi.waitFor(async () => expect(await counts()).toEqual(['0', '0']));
  });
});

describe('a receipt handle', () => {
  it('that is stale deletes nothing, without complaint', async () => {
    const url = await createQueue();
    await send(url, 'body');
    const stale = await receiveOne(url, { VisibilityTimeout: 0 });
    const current = await receiveOne(url);
    await remove(url, stale.ReceiptHandle);
    await setVisibility(url, current.ReceiptHandle, 0);
    expect(await receive(url)).toHaveLength(1);
  });

  it('deletes although its visibility has ended, while nobody else has received the message', async () => {
    const url = await createQueue();
    await send(url, 'body');
    const { ReceiptHandle } = await receiveOne(url);
    await setVisibility(url, ReceiptHandle, 0);
    await remove(url, ReceiptHandle);
    expect(await receive(url)).toEqual([]);
    expect((await attributesOf(url)).ApproximateNumberOfMessages).toBe('0');
    await remove(url, ReceiptHandle);
  });

  it('that is none, or of another queue, is invalid', async () => {
    const [url, other] = [await createQueue(), await createQueue()];
    await send(other, 'body');
    const { ReceiptHandle } = await receiveOne(other);
    const invalid = { name: 'ReceiptHandleIsInvalid' };
    await expect(remove(url, 'nonsense')).rejects.toMatchObject(invalid);
    await expect(remove(url, ReceiptHandle)).rejects.toMatchObject(invalid);
    await expect(setVisibility(url, 'nonsense', 1)).rejects.toMatchObject(invalid);
  });
});

describe('a long poll', () => {
  it('is answered the moment a message comes', async () => {
    const url = await createQueue();
    const waiting = receiveOne(url, { WaitTimeSeconds: 20 });
    await send(url, 'body');
    const sentAt = Date.now();
    expect((await waiting).Body).toBe('body');
    expect(Date.now() - sentAt).toBeLessThan(1_000);
  });

  it('is answered when a message in flight becomes visible again', async () => {
    const url = await createQueue();
    await send(url, 'body');
    await receiveOne(url, { VisibilityTimeout: 1 });
    const startedAt = Date.now();
    await receiveOne(url, { WaitTimeSeconds: 20 });
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });

  it('ends with nothing after its time', async () => {
    const url = await createQueue({ ReceiveMessageWaitTimeSeconds: '1' });
    const startedAt = Date.now();
    expect(await receive(url)).toEqual([]);
    expect(Date.now() - startedAt).toBeGreaterThan(900);
  });

  it('whose client hung up swallows nothing', async () => {
    const url = await createQueue();
    for (let round = 0; round < 5; round++) {
      const hangUp = new AbortController();
      const command = new sdk.ReceiveMessageCommand({
        QueueUrl: url,
        WaitTimeSeconds: 20,
        MaxNumberOfMessages: 10,
      });
      const abandoned = sqs.send(command, { abortSignal: hangUp.signal }).catch(() => 'gone');
      await receive(url);
      hangUp.abort();
      expect(await abandoned).toBe('gone');
      await send(url, `body ${round}`);
      const message = await receiveOne(url, { WaitTimeSeconds: 3 });
      expect(message.Attributes?.ApproximateReceiveCount).toBe('1');
      await remove(url, message.ReceiptHandle);
    }
  });

  it('shares messages with others that wait: each message has one receiver', async () => {
    const url = await createQueue();
    const waiting = Array.from({ length: 4 }, () =>
      receive(url, { WaitTimeSeconds: 5, MaxNumberOfMessages: 1 }),
    );
    await receive(url);
    for (const body of ['a', 'b', 'c', 'd']) await send(url, body);
    const bodies = (await Promise.all(waiting)).flat().map((message) => message.Body);
    expect(bodies.sort()).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('a batch', () => {
  it('tells of each entry whether it succeeded', async () => {
    const url = await createQueue();
    const Entries = [
      { Id: 'good', MessageBody: 'body' },
      { Id: 'late', MessageBody: 'body', DelaySeconds: 901 },
      { Id: 'empty', MessageBody: '' },
    ];
    const sent = await sqs.send(new sdk.SendMessageBatchCommand({ QueueUrl: url, Entries }));
    expect(sent.Successful?.map((entry) => entry.Id)).toEqual(['good']);
    expect(sent.Failed?.map((entry) => [entry.Id, entry.SenderFault])).toEqual([
      ['late', true],
      ['empty', true],
    ]);
    const { ReceiptHandle } = await receiveOne(url);
    const handles = [
      { Id: 'a', ReceiptHandle },
      { Id: 'b', ReceiptHandle: 'nonsense' },
    ];
    const visible = await sqs.send(
      new sdk.ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: handles.map((entry) => ({ ...entry, VisibilityTimeout: 30 })),
      }),
    );
    expect(visible.Successful?.map((entry) => entry.Id)).toEqual(['a']);
    const deleted = await sqs.send(new sdk.DeleteMessageBatchCommand({ QueueUrl: url, Entries: handles }));
    expect(deleted.Successful?.map((entry) => entry.Id)).toEqual(['a']);
    expect(deleted.Failed).toMatchObject([{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }]);
  });

  it('is refused as a whole when it is empty, too long, too large, or its ids will not do', async () => {
    const url = await createQueue();
    const refusal = async (Entries: sdk.SendMessageBatchRequestEntry[]) => {
      const command = new sdk.SendMessageBatchCommand({ QueueUrl: url, Entries });
      return sqs.send(command).then(
        () => 'accepted',
        (error: Error) => error.name,
      );
    };
    const entries = (count: number, MessageBody: string) =>
      Array.from({ length: count }, (_, i) => ({ Id: `e${i}`, MessageBody }));
    expect(await refusal(entries(10, 'x'))).toBe('accepted');
    expect(await refusal([])).toBe('EmptyBatchRequest');
    expect(await refusal(entries(11, 'x'))).toBe('TooManyEntriesInBatchRequest');
    expect(await refusal(entries(2, 'x'.repeat(MEBIBYTE / 2 + 1)))).toBe('BatchRequestTooLong');
    expect(await refusal([...entries(1, 'x'), ...entries(1, 'y')])).toBe('BatchEntryIdsNotDistinct');
    expect(await refusal([{ Id: 'a b', MessageBody: 'x' }])).toBe('InvalidBatchEntryId');
    expect((await attributesOf(url)).ApproximateNumberOfMessages).toBe('10');
  });
});

describe('redrive', () => {
  async function createPair(): Promise<{ url: string; deadUrl: string; arn: string; deadArn: string }> {
    const deadUrl = await createQueue();
    const deadArn = (await attributesOf(deadUrl)).QueueArn ?? '';
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: 2 });
    const url = await createQueue({ RedrivePolicy });
    return { url, deadUrl, arn: (await attributesOf(url)).QueueArn ?? '', deadArn };
  }

  it('moves a message that was received too often, with its id and the time it was first sent', async () => {
    const { url, deadUrl, arn } = await createPair();
    const { MessageId } = await send(url, 'poison');
    const first = await receiveOne(url, { VisibilityTimeout: 0 });
    await receiveOne(url, { VisibilityTimeout: 0 });
    expect(await receive(url)).toEqual([]);
    const dead = await receiveOne(deadUrl);
    expect(dead).toMatchObject({ MessageId, Body: 'poison' });
    expect(dead.Attributes?.SentTimestamp).toBe(first.Attributes?.SentTimestamp);
    expect(dead.Attributes?.DeadLetterQueueSourceArn).toBe(arn);
  });

  it('can be undone: dead letters go back to where they came from', async () => {
    const { url, deadUrl, deadArn } = await createPair();
    await send(url, 'poison');
    await receiveOne(url, { VisibilityTimeout: 0 });
    await receiveOne(url, { VisibilityTimeout: 0 });
    expect(await receive(url)).toEqual([]);
    const sources = await sqs.send(new sdk.ListDeadLetterSourceQueuesCommand({ QueueUrl: deadUrl }));
    expect(sources.queueUrls).toEqual([url]);
    await sqs.send(new sdk.StartMessageMoveTaskCommand({ SourceArn: deadArn }));
    const back = await receiveOne(url);
    expect(back.Attributes?.ApproximateReceiveCount).toBe('1');
    expect((await attributesOf(deadUrl)).ApproximateNumberOfMessages).toBe('0');
  });

  it('is refused to a queue that does not exist', async () => {
    const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:000000000000:not-there';
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 });
    await expect(createQueue({ RedrivePolicy })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});

describe.runIf(isEmbedded)('a fair queue', () => {
  it('lets quiet groups go ahead of one that has many messages in flight', async () => {
    const url = await createQueue();
    const sendMany = (count: number, MessageGroupId: string) =>
      Promise.all(Array.from({ length: count }, () => send(url, MessageGroupId, { MessageGroupId })));
    await sendMany(60, 'noisy');
    for (let i = 0; i < 3; i++) expect(await receive(url)).toHaveLength(10);
    await sendMany(3, 'quiet');
    const next = await receive(url);
    expect(next.slice(0, 4).map((message) => message.Attributes?.MessageGroupId)).toEqual([
      ...['quiet', 'quiet', 'quiet'],
      'noisy',
    ]);
  });
});

describe('a queue', () => {
  it('is created once: the same again is the same queue, other attributes are refused', async () => {
    const QueueName = `contract-${randomUUID()}`;
    const create = (VisibilityTimeout: string) =>
      sqs.send(new sdk.CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout } }));
    const { QueueUrl = '' } = await create('7');
    created.push(QueueUrl);
    expect((await create('7')).QueueUrl).toBe(QueueUrl);
    await expect(create('8')).rejects.toMatchObject({ name: 'QueueNameExists' });
    expect((await sqs.send(new sdk.GetQueueUrlCommand({ QueueName }))).QueueUrl).toBe(QueueUrl);
  });

  it('takes new attributes, which hold from then on', async () => {
    const url = await createQueue();
    const set = (Attributes: Record<string, string>) =>
      sqs.send(new sdk.SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
    await set({ VisibilityTimeout: '0', MaximumMessageSize: '1024' });
    expect(await attributesOf(url)).toMatchObject({
      VisibilityTimeout: '0',
      MessageRetentionPeriod: '345600',
    });
    await send(url, 'body');
    await receiveOne(url);
    expect(await receive(url)).toHaveLength(1);
    await expect(send(url, 'x'.repeat(1_025))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(set({ VisibilityTimeout: '43201' })).rejects.toMatchObject({
      name: 'InvalidAttributeValue',
    });
    await expect(set({ Nonsense: '1' })).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  });

  it('is listed by prefix, page by page', async () => {
    const QueueNamePrefix = `list-${randomUUID().slice(0, 8)}`;
    for (const suffix of ['a', 'b', 'c']) {
      const QueueName = `${QueueNamePrefix}-${suffix}`;
      created.push((await sqs.send(new sdk.CreateQueueCommand({ QueueName }))).QueueUrl ?? '');
    }
    const pages: (string[] | undefined)[] = [];
    for await (const page of sdk.paginateListQueues({ client: sqs, pageSize: 2 }, { QueueNamePrefix })) {
      pages.push(page.QueueUrls?.map((url) => url.slice(-1)));
    }
    expect(pages).toEqual([['a', 'b'], ['c']]);
  });

  it('has tags', async () => {
    const url = await createQueue();
    await sqs.send(new sdk.TagQueueCommand({ QueueUrl: url, Tags: { project: 'ClassifyCloud', old: '1' } }));
    await sqs.send(new sdk.UntagQueueCommand({ QueueUrl: url, TagKeys: ['old'] }));
    const { Tags } = await sqs.send(new sdk.ListQueueTagsCommand({ QueueUrl: url }));
    expect(Tags).toEqual({ project: 'ClassifyCloud' });
  });

  it('that was deleted, or never was, does not exist', async () => {
    const url = await createQueue();
    await sqs.send(new sdk.DeleteQueueCommand({ QueueUrl: url }));
    const unknown = { name: 'QueueDoesNotExist' };
    await vi.waitFor(() => expect(send(url, 'body')).rejects.toMatchObject(unknown));
    const command = new sdk.GetQueueUrlCommand({ QueueName: `contract-${randomUUID()}` });
    await expect(sqs.send(command)).rejects.toMatchObject(unknown);
  });

  it.runIf(isEmbedded)(
    'of the FIFO kind, and operations that are not emulated, are refused by name',
    async () => {
      const refused = { name: 'UnsupportedOperation' };
      const fifo = new sdk.CreateQueueCommand({ QueueName: 'a.fifo', Attributes: { FifoQueue: 'true' } });
      await expect(sqs.send(fifo)).rejects.toMatchObject(refused);
      const permission = { Label: 'l', AWSAccountIds: ['1'], Actions: ['*'] };
      const addPermission = new sdk.AddPermissionCommand({ QueueUrl: await createQueue(), ...permission });
      await expect(sqs.send(addPermission)).rejects.toMatchObject(refused);
    },
  );
});

describe('a parameter', () => {
  it('that is missing or out of its range is refused by name', async () => {
    const url = await createQueue();
    const invalid = { name: 'InvalidParameterValue' };
    await expect(receive(url, { MaxNumberOfMessages: 11 })).rejects.toMatchObject(invalid);
    await expect(receive(url, { WaitTimeSeconds: 21 })).rejects.toMatchObject(invalid);
    await expect(receive(url, { VisibilityTimeout: 43_201 })).rejects.toMatchObject(invalid);
    await expect(send(url, 'body', { DelaySeconds: 901 })).rejects.toMatchObject(invalid);
    await expect(send(url, 'body', { MessageGroupId: 'a b' })).rejects.toMatchObject(invalid);
    await expect(send(url, '')).rejects.toMatchObject({ name: 'MissingParameter' });
    await expect(send(url, 'a\u0000b')).rejects.toMatchObject({ name: 'InvalidMessageContents' });
  });
});
