import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-sqs';
import { describe, expect, it, vi } from 'vitest';
import { isEmbedded } from '../../local/aws/testing/clients.ts';
import { contractQueues } from '../../local/aws/testing/queues.ts';

const MEBIBYTE = 1_048_576;
const { client, createQueue, attributesOf, send, receive, receiveOne } = contractQueues();

describe('a batch', () => {
  it('tells of each entry whether it succeeded', async () => {
    const url = await createQueue();
    const Entries = [
      { Id: 'good', MessageBody: 'body' },
      { Id: 'late', MessageBody: 'body', DelaySeconds: 901 },
      { Id: 'empty', MessageBody: '' },
    ];
    const sent = await client().send(new sdk.SendMessageBatchCommand({ QueueUrl: url, Entries }));
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
    const visible = await client().send(
      new sdk.ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: handles.map((entry) => ({ ...entry, VisibilityTimeout: 30 })),
      }),
    );
    expect(visible.Successful?.map((entry) => entry.Id)).toEqual(['a']);
    const deleted = await client().send(
      new sdk.DeleteMessageBatchCommand({ QueueUrl: url, Entries: handles }),
    );
    expect(deleted.Successful?.map((entry) => entry.Id)).toEqual(['a']);
    expect(deleted.Failed).toMatchObject([{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }]);
  });

  it('is refused as a whole when it is empty, too long, too large, or its ids will not do', async () => {
    const url = await createQueue();
    const refusal = async (Entries: sdk.SendMessageBatchRequestEntry[]) => {
      const command = new sdk.SendMessageBatchCommand({ QueueUrl: url, Entries });
      return client()
        .send(command)
        .then(
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
    const sources = await client().send(new sdk.ListDeadLetterSourceQueuesCommand({ QueueUrl: deadUrl }));
    expect(sources.queueUrls).toEqual([url]);
    await client().send(new sdk.StartMessageMoveTaskCommand({ SourceArn: deadArn }));
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
    const create = (VisibilityTimeout: string) => createQueue({ VisibilityTimeout }, QueueName);
    const QueueUrl = await create('7');
    expect(await create('7')).toBe(QueueUrl);
    await expect(create('8')).rejects.toMatchObject({ name: 'QueueNameExists' });
    expect((await client().send(new sdk.GetQueueUrlCommand({ QueueName }))).QueueUrl).toBe(QueueUrl);
  });

  it('takes new attributes, which hold from then on', async () => {
    const url = await createQueue();
    const set = (Attributes: Record<string, string>) =>
      client().send(new sdk.SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
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
    for (const suffix of ['a', 'b', 'c']) await createQueue({}, `${QueueNamePrefix}-${suffix}`);
    const pages: (string[] | undefined)[] = [];
    for await (const page of sdk.paginateListQueues({ client: client(), pageSize: 2 }, { QueueNamePrefix })) {
      pages.push(page.QueueUrls?.map((url) => url.slice(-1)));
    }
    expect(pages).toEqual([['a', 'b'], ['c']]);
  });

  it('has tags', async () => {
    const url = await createQueue();
    await client().send(
      new sdk.TagQueueCommand({ QueueUrl: url, Tags: { project: 'ClassifyCloud', old: '1' } }),
    );
    await client().send(new sdk.UntagQueueCommand({ QueueUrl: url, TagKeys: ['old'] }));
    const { Tags } = await client().send(new sdk.ListQueueTagsCommand({ QueueUrl: url }));
    expect(Tags).toEqual({ project: 'ClassifyCloud' });
  });

  it('that was deleted, or never was, does not exist', async () => {
    const url = await createQueue();
    await client().send(new sdk.DeleteQueueCommand({ QueueUrl: url }));
    const unknown = { name: 'QueueDoesNotExist' };
    await vi.waitFor(() => expect(send(url, 'body')).rejects.toMatchObject(unknown));
    const command = new sdk.GetQueueUrlCommand({ QueueName: `contract-${randomUUID()}` });
    await expect(client().send(command)).rejects.toMatchObject(unknown);
  });

  it.runIf(isEmbedded)(
    'of the FIFO kind, and operations that are not emulated, are refused by name',
    async () => {
      const refused = { name: 'UnsupportedOperation' };
      const fifo = new sdk.CreateQueueCommand({ QueueName: 'a.fifo', Attributes: { FifoQueue: 'true' } });
      await expect(client().send(fifo)).rejects.toMatchObject(refused);
      const permission = { Label: 'l', AWSAccountIds: ['1'], Actions: ['*'] };
      const addPermission = new sdk.AddPermissionCommand({ QueueUrl: await createQueue(), ...permission });
      await expect(client().send(addPermission)).rejects.toMatchObject(refused);
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
