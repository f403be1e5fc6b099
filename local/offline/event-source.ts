import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { sqs, sqsPolls } from '../../shared/aws.ts';
import { log } from '../../shared/log.ts';
import { type BatchEntryError, failuresOf } from '../../worker/batch-failures.ts';
import { Batches, DELETIONS } from '../../worker/batches.ts';
import { failedIn } from './batch-failures.ts';
import { toSqsEvent } from './sqs-event.ts';

/** A queue that feeds a function. */
export interface EventSource {
  readonly queueArn: string;
  /** Messages that one invocation gets at most, 1 to 10. */
  readonly batchSize: number;
  /** Whether the function's answer names the messages that failed; otherwise a batch that returns has succeeded. */
  readonly reportsFailures: boolean;
  readonly invoke: (event: unknown) => Promise<unknown>;
}

/**
 * Pollers, each of which waits for its function before it polls again. Lambda begins with five; here all functions run
 * in one thread, where more than two at once only make for smaller batches, and so for more calls.
 */
const POLLERS = 2;
const WAIT_SECONDS = 20;
/** Pause after SQS itself failed, in ms. */
const PAUSE_MS = 1000;

/**
 * Feeds a function from a queue, as Lambda's event source mapping does. What fails stays in the queue and comes
 * again after the visibility timeout, until the queue's redrive policy takes it away.
 * @returns ends the polling; resolves when the last batch is done
 */
export async function startEventSource(source: EventSource): Promise<() => Promise<void>> {
  const stopping = new AbortController();
  const QueueName = source.queueArn.split(':').at(-1);
  const { QueueUrl = '' } = await sqs().send(new GetQueueUrlCommand({ QueueName }));
  const deletions = new Batches<Message>((messages) => remove(QueueUrl, messages), DELETIONS);
  const underWay = new Set<Promise<void>>();
  const done = (message: Message) => {
    const deletion = deletions
      .add(message)
      .catch((error: unknown) => log.warn('message not deleted', { queue: source.queueArn, error }))
      .finally(() => underWay.delete(deletion));
    underWay.add(deletion);
  };
  const pollers = Array.from({ length: POLLERS }, () => poll(source, QueueUrl, done, stopping.signal));
  return async () => {
    stopping.abort();
    await Promise.all(pollers);
    await Promise.all(underWay);
  };
}

async function poll(
  source: EventSource,
  queueUrl: string,
  done: (message: Message) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const messages = await receive(queueUrl, source.batchSize, signal);
      if (messages.length === 0) continue;
      const failed = await process(source, messages);
      for (const message of messages)
        if (message.MessageId === undefined || !failed.has(message.MessageId)) done(message);
    } catch (error) {
      if (signal.aborted) return;
      log.error('event source failed', { queue: source.queueArn, error });
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }
}

async function receive(queueUrl: string, batchSize: number, signal: AbortSignal): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: batchSize,
    WaitTimeSeconds: WAIT_SECONDS,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  const options = { abortSignal: signal, requestTimeout: (WAIT_SECONDS + 5) * 1000 };
  const { Messages = [] } = await sqsPolls().send(command, options);
  return Messages;
}

/** @returns the ids of the messages that failed */
async function process(source: EventSource, messages: Message[]): Promise<ReadonlySet<string>> {
  const ids = messages.flatMap(({ MessageId }) => MessageId ?? []);
  try {
    const answer = await source.invoke(toSqsEvent(messages, source.queueArn));
    return source.reportsFailures ? failedIn(answer, ids) : new Set();
  } catch (error) {
    log.error('batch failed', { queue: source.queueArn, messages: ids.length, error });
    return new Set(ids);
  }
}

async function remove(queueUrl: string, messages: readonly Message[]): Promise<Map<number, BatchEntryError>> {
  const Entries = messages.map(({ ReceiptHandle }, place) => ({ Id: String(place), ReceiptHandle }));
  return failuresOf(await sqs().send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries })));
}
