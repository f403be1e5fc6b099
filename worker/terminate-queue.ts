import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { sqs, sqsPolls } from '../shared/aws.ts';
import { type ReceivedMessage, readMessage, SYSTEM_ATTRIBUTES } from './received-message.ts';

/** What a worker needs of the queue of terminate messages. */
export interface TerminateQueue {
  /** One message, or `undefined` where none came in `waitSeconds`, 0..20. */
  receive(waitSeconds: number, signal: AbortSignal): Promise<ReceivedMessage | undefined>;
  /** Gives a message to another worker, at once. */
  handBack(receiptHandle: string): Promise<void>;
  delete(receiptHandle: string): Promise<void>;
}

/** The terminate queue in SQS. */
export function sqsTerminateQueue(url: string): TerminateQueue {
  return {
    async receive(waitSeconds, abortSignal) {
      const command = new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 1,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: SYSTEM_ATTRIBUTES,
      });
      const requestTimeout = (waitSeconds + 5) * 1000;
      const { Messages: [message] = [] } = await sqsPolls().send(command, { abortSignal, requestTimeout });
      return message && readMessage(message, Date.now());
    },
    async handBack(ReceiptHandle) {
      await sqs().send(
        new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }),
      );
    },
    async delete(ReceiptHandle) {
      await sqs().send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    },
  };
}
