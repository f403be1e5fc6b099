import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { sqs } from '../shared/aws.ts';
import { encodeMessage, type ResponseMessage } from '../shared/jobs.ts';
import { failuresOf } from './batch-failures.ts';
import { Batches } from './batches.ts';

/** Where a worker sends what it has done. */
export interface Outbox {
  /** Sends a response for the push function. @param patienceMs that it may wait for others, in ms */
  respond(message: ResponseMessage, patienceMs: number): Promise<void>;
  /** Puts a request that no worker could finish, as it came, where people look at it. */
  bury(body: string): Promise<void>;
}

// Ten of the longest responses stay under the 1 MiB of a batch: see `labels/fitting.ts`.
const RESPONSES = { callsAtOnce: 1 };
/** Outcomes that were stored together are stored within this time of one another, in ms. */
const LINGER_MS = 10;

/** The response and dead-letter queues in SQS. */
export function sqsOutbox(responseQueueUrl: string, deadLetterQueueUrl: string): Outbox {
  const responses = new Batches<ResponseMessage>(async (messages) => {
    const Entries = messages.map((message, place) => ({
      Id: String(place),
      MessageBody: encodeMessage(message),
    }));
    const command = new SendMessageBatchCommand({ QueueUrl: responseQueueUrl, Entries });
    return failuresOf(await sqs().send(command));
  }, RESPONSES);

  return {
    respond: (message, patienceMs) => responses.add(message, Math.min(patienceMs, LINGER_MS)),
    async bury(body) {
      await sqs().send(new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: body }));
    },
  };
}
