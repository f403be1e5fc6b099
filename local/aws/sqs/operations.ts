import type { z } from 'zod';
import { ACCOUNT } from '../account.ts';
import { letHangUpShow } from '../hang-up.ts';
import { runBatch } from './batches.ts';
import { SqsError } from './errors.ts';
import { type MessageDraft, messageBytes } from './message.ts';
import { attributesMd5 } from './message-attributes.ts';
import { moveMessages } from './move-task.ts';
import { page } from './paging.ts';
import type { Queue } from './queue.ts';
import { renderQueueAttributes } from './queue-attributes.ts';
import type { Queues } from './queues.ts';
import { renderReceipts } from './received-messages.ts';
import * as requests from './requests.ts';

const MAX_BATCH_BYTES = 1_048_576;

/** What an operation may ask of the connection it was called on. */
export interface Call {
  readonly queues: Queues;
  /** What the client calls this endpoint: queue URLs are made of it. */
  readonly baseUrl: string;
  /** Aborts when the client hangs up. */
  readonly hungUp: AbortSignal;
  /** To be called if the answer never reached the client. */
  onUndelivered(undo: () => void): void;
}

export type Operation = (fields: unknown, call: Call) => object | Promise<object>;

function operation<T>(
  schema: z.ZodType<T>,
  run: (request: T, call: Call) => object | Promise<object>,
): Operation {
  return (fields, call) => run(requests.parse(schema, fields), call);
}

/** An operation on one queue, named by its URL. */
function onQueue<T extends { QueueUrl: string }>(
  schema: z.ZodType<T>,
  run: (queue: Queue, request: T, call: Call) => object | Promise<object>,
): Operation {
  return operation(schema, (request, call) => run(call.queues.getByUrl(request.QueueUrl), request, call));
}

const urlOf = (queue: Queue, call: Call) => `${call.baseUrl}/${ACCOUNT}/${queue.name}`;

function draftOf(entry: requests.SendEntry): MessageDraft {
  const traceHeader = entry.MessageSystemAttributes?.AWSTraceHeader;
  return {
    body: entry.MessageBody,
    attributes: entry.MessageAttributes,
    systemAttributes: traceHeader === undefined ? undefined : { AWSTraceHeader: traceHeader },
    group: entry.MessageGroupId,
    delaySeconds: entry.DelaySeconds,
  };
}

function sendTo(queue: Queue, draft: MessageDraft): object {
  const message = queue.send(draft);
  return {
    MessageId: message.id,
    MD5OfMessageBody: message.bodyMd5,
    MD5OfMessageAttributes: attributesMd5(message.attributes),
    MD5OfMessageSystemAttributes: attributesMd5(message.systemAttributes),
  };
}

function sendBatch(queue: Queue, { Entries }: requests.BatchRequest): object {
  let bytes = 0;
  for (const entry of Entries) {
    const parsed = requests.sendEntry.safeParse(entry);
    if (parsed.success) bytes += messageBytes(draftOf(parsed.data));
  }
  if (bytes > MAX_BATCH_BYTES) {
    throw new SqsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
    );
  }
  return runBatch(Entries, (entry) => sendTo(queue, draftOf(requests.parse(requests.sendEntry, entry))));
}

async function receiveFrom(queue: Queue, request: requests.ReceiveRequest, call: Call): Promise<object> {
  const visibilitySeconds = request.VisibilityTimeout ?? queue.settings.visibilitySeconds;
  const waitSeconds = request.WaitTimeSeconds ?? queue.settings.waitSeconds;

  await letHangUpShow();
  const receipts = await queue.receive(
    request.MaxNumberOfMessages,
    visibilitySeconds,
    waitSeconds,
    call.hungUp,
  );
  if (receipts.length > 0) call.onUndelivered(() => queue.giveBack(receipts));
  return renderReceipts(receipts, request);
}

/** The operations of SQS that are emulated, by name. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    CreateQueue: operation(requests.createQueue, (request, call) => ({
      QueueUrl: urlOf(call.queues.create(request.QueueName, request.Attributes, request.tags), call),
    })),
    GetQueueUrl: operation(requests.getQueueUrl, ({ QueueName }, call) => ({
      QueueUrl: urlOf(call.queues.get(QueueName), call),
    })),
    ListQueues: operation(requests.listQueues, (request, call) => {
      const queues = call.queues.all().filter((queue) => queue.name.startsWith(request.QueueNamePrefix));
      const urls = queues.map((queue) => urlOf(queue, call));
      const { shown, NextToken } = page(urls, request.MaxResults, request.NextToken);
      return { QueueUrls: shown, NextToken };
    }),
    DeleteQueue: onQueue(requests.ofQueue, (queue, _request, call) => {
      call.queues.delete(queue);
      return {};
    }),
    GetQueueAttributes: onQueue(requests.getAttributes, (queue, { AttributeNames }) => ({
      Attributes: renderQueueAttributes(queue, AttributeNames),
    })),
    SetQueueAttributes: onQueue(requests.setAttributes, (queue, { Attributes }, call) => {
      call.queues.setAttributes(queue, Attributes);
      return {};
    }),
    SendMessage: onQueue(requests.send, (queue, request) => sendTo(queue, draftOf(request))),
    SendMessageBatch: onQueue(requests.batch, sendBatch),
    ReceiveMessage: onQueue(requests.receive, receiveFrom),
    DeleteMessage: onQueue(requests.deleteMessage, (queue, { ReceiptHandle }) => {
      queue.delete(ReceiptHandle);
      return {};
    }),
    DeleteMessageBatch: onQueue(requests.batch, (queue, { Entries }) =>
      runBatch(Entries, (entry) => {
        queue.delete(requests.parse(requests.deleteEntry, entry).ReceiptHandle);
        return {};
      }),
    ),
    ChangeMessageVisibility: onQueue(requests.changeVisibility, (queue, request) => {
      queue.changeVisibility(request.ReceiptHandle, request.VisibilityTimeout);
      return {};
    }),
    ChangeMessageVisibilityBatch: onQueue(requests.batch, (queue, { Entries }) =>
      runBatch(Entries, (entry) => {
        const { ReceiptHandle, VisibilityTimeout } = requests.parse(requests.visibilityEntry, entry);
        queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
        return {};
      }),
    ),
    PurgeQueue: onQueue(requests.ofQueue, (queue) => {
      queue.purge();
      return {};
    }),
    TagQueue: onQueue(requests.tagQueue, (queue, { Tags }) => {
      queue.tags = { ...queue.tags, ...Tags };
      return {};
    }),
    UntagQueue: onQueue(requests.untagQueue, (queue, { TagKeys }) => {
      queue.tags = Object.fromEntries(Object.entries(queue.tags).filter(([key]) => !TagKeys.includes(key)));
      return {};
    }),
    ListQueueTags: onQueue(requests.ofQueue, (queue) => ({ Tags: queue.tags })),
    ListDeadLetterSourceQueues: onQueue(requests.listSources, (queue, request, call) => {
      const urls = call.queues.sourcesOf(queue).map((source) => urlOf(source, call));
      const { shown, NextToken } = page(urls, request.MaxResults, request.NextToken);
      return { queueUrls: shown, NextToken };
    }),
    StartMessageMoveTask: operation(requests.startMoveTask, ({ SourceArn, DestinationArn }, call) =>
      moveMessages(call.queues, SourceArn, DestinationArn),
    ),
  }),
);
