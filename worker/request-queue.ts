import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { sqs, sqsPolls } from '../shared/aws.ts';
import { type BatchEntryError, failuresOf } from './batch-failures.ts';
import { BATCH_SIZE, Batches, DELETIONS } from './batches.ts';
import { type ReceivedMessage, readMessage, SYSTEM_ATTRIBUTES } from './received-message.ts';

/** What the consumer needs of the queue of requests. */
export interface RequestQueue {
  /** Waits for messages, `max` 1..10 at most; gives none where none came in time. */
  receive(max: number, signal: AbortSignal): Promise<ReceivedMessage[]>;
  /** Sets the visibility timeout of messages, in s from now; 0 hands them back. Gives back, by handle, where it failed. */
  setVisibility(receiptHandles: readonly string[], seconds: number): Promise<Map<string, BatchEntryError>>;
  delete(receiptHandle: string): Promise<void>;
}

/** The request queue in SQS. `longPollSeconds` 0..20. */
export function sqsRequestQueue(url: string, longPollSeconds: number): RequestQueue {
  const deletions = new Batches<string>((handles) => deleteBatch(url, handles), DELETIONS);

  return {
    async receive(max, abortSignal) {
      const command = new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: max,
        WaitTimeSeconds: longPollSeconds,
        MessageSystemAttributeNames: SYSTEM_ATTRIBUTES,
      });
      const requestTimeout = (longPollSeconds + 5) * 1000;
      const { Messages = [] } = await sqsPolls().send(command, { abortSignal, requestTimeout });
      const now = Date.now();
      return Messages.map((message) => readMessage(message, now));
    },

    async setVisibility(receiptHandles, seconds) {
      const batches = Array.from({ length: Math.ceil(receiptHandles.length / BATCH_SIZE) }, (_, i) =>
        receiptHandles.slice(i * BATCH_SIZE, (i + 1) * BATCH_SIZE),
      );
      const failures = await Promise.all(batches.map((batch) => setVisibility(url, batch, seconds)));
      return new Map(failures.flat());
    },

    delete: (receiptHandle) => deletions.add(receiptHandle),
  };
}

async function deleteBatch(url: string, handles: readonly string[]): Promise<Map<number, BatchEntryError>> {
  const Entries = handles.map((ReceiptHandle, place) => ({ Id: String(place), ReceiptHandle }));
  return failuresOf(await sqs().send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries })));
}

async function setVisibility(
  url: string,
  handles: readonly string[],
  seconds: number,
): Promise<[string, BatchEntryError][]> {
  const Entries = handles.map((ReceiptHandle, place) => ({
    Id: String(place),
    ReceiptHandle,
    VisibilityTimeout: seconds,
  }));
  const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries });
  const failed = failuresOf(await sqs().send(command));
  return handles.flatMap((handle, place): [string, BatchEntryError][] => {
    const error = failed.get(place);
    return error ? [[handle, error]] : [];
  });
}
