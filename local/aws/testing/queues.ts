import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-sqs';
import { afterAll, beforeAll } from 'vitest';
import { type ContractClients, connectContract } from './clients.ts';

const ALL = { MessageSystemAttributeNames: ['All' as const], MessageAttributeNames: ['All'] };

/** A message that came, with the handle that every received message has. */
export type Received = sdk.Message & { readonly ReceiptHandle: string };

/** What a contract test of SQS does again and again; connects before its tests, and cleans up after them. */
export function contractQueues() {
  let clients: ContractClients;
  const created: string[] = [];

  beforeAll(async () => {
    clients = await connectContract();
  });
  afterAll(async () => {
    for (const QueueUrl of created)
      await clients.sqs.send(new sdk.DeleteQueueCommand({ QueueUrl })).catch(() => {});
    await clients.stop();
  });

  async function createQueue(
    Attributes: Record<string, string> = {},
    QueueName = `contract-${randomUUID()}`,
  ): Promise<string> {
    const { QueueUrl = '' } = await clients.sqs.send(new sdk.CreateQueueCommand({ QueueName, Attributes }));
    created.push(QueueUrl);
    return QueueUrl;
  }

  async function attributesOf(QueueUrl: string): Promise<Record<string, string>> {
    const command = new sdk.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    return (await clients.sqs.send(command)).Attributes ?? {};
  }

  function send(QueueUrl: string, MessageBody: string, more: Partial<sdk.SendMessageCommandInput> = {}) {
    return clients.sqs.send(new sdk.SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  }

  async function receive(
    QueueUrl: string,
    more: Partial<sdk.ReceiveMessageCommandInput> = {},
  ): Promise<sdk.Message[]> {
    const command = new sdk.ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...ALL, ...more });
    return (await clients.sqs.send(command)).Messages ?? [];
  }

  /** Receives the one message that is expected to come. */
  async function receiveOne(
    QueueUrl: string,
    more: Partial<sdk.ReceiveMessageCommandInput> = {},
  ): Promise<Received> {
    const [message] = await receive(QueueUrl, { WaitTimeSeconds: 5, MaxNumberOfMessages: 1, ...more });
    if (message?.ReceiptHandle === undefined) throw new Error('No message came.');
    return { ...message, ReceiptHandle: message.ReceiptHandle };
  }

  const setVisibility = (QueueUrl: string, ReceiptHandle: string, VisibilityTimeout: number) =>
    clients.sqs.send(new sdk.ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  const remove = (QueueUrl: string, ReceiptHandle: string) =>
    clients.sqs.send(new sdk.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  const client = () => clients.sqs;

  return { client, createQueue, attributesOf, send, receive, receiveOne, setVisibility, remove };
}
