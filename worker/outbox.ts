import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { sqs } from '../shared/aws.ts';
import { encodeMessage, type ResponseMessage } from '../shared/jobs.ts';
import { failuresOf } from './batch-failures.ts';
import { Batches } from './batches.ts';

/** Where a worker sends what it has done. */
export interface Outbox {
  /** Sends a response for the push function. */
  respond(message: ResponseMessage): Promise<void>;
  /** Puts a request that no worker could finish, as it came, where people look at it. */
  bury(body: string): Promise<void>;
}

// A client waits for its response: an item lingers only while the call before it is under way. Ten of the longest
// responses, a thousand labels each, stay under the 1 MiB of a batch.
const RESPONSES = { callsAtOnce: 1 };

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
    respond: (message) => responses.add(message),
    async bury(body) {
      await sqs().send(new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: body }));
    },
  };
}
