import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import * as sdk from '@aws-sdk/client-sqs';
import { describe, expect, it, vi } from 'vitest';
import { isEmbedded } from '../../local/aws/testing/clients.ts';
import { contractQueues } from '../../local/aws/testing/queues.ts';

const MEBIBYTE = 1_048_576;
const { client, createQueue, attributesOf, send, receive, receiveOne, setVisibility, remove } =
  contractQueues();

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
    await client().send(new sdk.PurgeQueueCommand({ QueueUrl: url }));
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
      const abandoned = client()
        .send(command, { abortSignal: hangUp.signal })
        .catch(() => 'gone');
      await receive(url);
      hangUp.abort();
      expect(await abandoned).toBe('gone');
      await send(url, `body ${round}`);
      const message = await receiveOne(url, { WaitTimeSeconds: 3 });
      expect(message.Attributes?.ApproximateReceiveCount).toBe('1');
      await remove(url, message.ReceiptHandle);
    }
  });

  it.runIf(isEmbedded)('whose client hung up right behind its request swallows nothing', async () => {
    const url = await createQueue();
    await send(url, 'body');
    const fields = JSON.stringify({ QueueUrl: url, WaitTimeSeconds: 20 });
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.end(
      `POST / HTTP/1.1\r\nHost: ${hostname}\r\nX-Amz-Target: AmazonSQS.ReceiveMessage\r\n` +
        `Content-Length: ${fields.length}\r\n\r\n${fields}`,
    );
    socket.resume();
    await once(socket, 'close');
    expect((await receiveOne(url)).Attributes?.ApproximateReceiveCount).toBe('1');
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
