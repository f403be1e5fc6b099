import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { sqs } from '../../shared/aws.ts';
import { enqueue } from '../../shared/enqueue.ts';
import { type JobMessage, jobMessage, type ResponseMessage, responseMessage } from '../../shared/jobs.ts';
import { newRequestId } from '../../shared/request-id.ts';
import { findQueue } from './find.ts';

/** How long letters are out of others' sight while an operator looks at them, in s; they come back by themselves. */
const HELD_SECONDS = 120;
const BATCH = 10;

/** A message that nobody could finish: a request, or a response that could not be pushed. */
export type Letter = { body: string; messageId: string; sentAt: Date } & (
  | { kind: 'request'; message: JobMessage }
  | { kind: 'response'; message: ResponseMessage }
  | { kind: 'unreadable' }
) & { queueUrl: string; receiptHandle: string };

/** What an operator calls a letter by. */
export const idOf = (letter: Letter): string =>
  letter.kind === 'unreadable' ? letter.messageId : letter.message.requestId;

/** Holds all dead letters of a stage while `use` looks at them, and puts back those that it does not take. */
export async function withLetters<T>(
  stage: string,
  use: (letters: Letter[], take: (letter: Letter) => Promise<void>) => Promise<T>,
): Promise<T> {
  const queues = await Promise.all([
    findQueue(stage, 'RequestDeadLetters'),
    findQueue(stage, 'ResponseDeadLetters'),
  ]);
  const held = new Set((await Promise.all(queues.map(receiveAll))).flat());
  try {
    return await use([...held], async (letter) => {
      const { queueUrl: QueueUrl, receiptHandle: ReceiptHandle } = letter;
      await sqs().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      held.delete(letter);
    });
  } finally {
    await putBack([...held]);
  }
}

async function receiveAll(queueUrl: string): Promise<Letter[]> {
  const letters: Letter[] = [];
  for (;;) {
    const { Messages = [] } = await sqs().send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: BATCH,
        VisibilityTimeout: HELD_SECONDS,
        WaitTimeSeconds: 1, // a short poll asks a few of SQS's servers only
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    if (Messages.length === 0) return letters;
    for (const { Body: body = '', MessageId = '', ReceiptHandle = '', Attributes } of Messages)
      letters.push({
        ...read(body),
        ...{ body, messageId: MessageId, sentAt: new Date(Number(Attributes?.SentTimestamp)) },
        ...{ queueUrl, receiptHandle: ReceiptHandle },
      });
  }
}

function read(body: string) {
  try {
    const value: unknown = JSON.parse(body);
    const job = jobMessage.safeParse(value);
    if (job.success) return { kind: 'request', message: job.data } as const;
    return { kind: 'response', message: responseMessage.parse(value) } as const;
  } catch {
    return { kind: 'unreadable' } as const;
  }
}

async function putBack(letters: readonly Letter[]): Promise<void> {
  for (const { queueUrl: QueueUrl, receiptHandle: ReceiptHandle } of letters)
    await sqs().send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
}

/**
 * Does a dead letter's work again. A request is submitted anew under an id of its own, since the old one's outcome stands,
 * and for no connection; a response is pushed again as it is.
 * @returns the id under which the outcome is to be had
 * @throws Error where it cannot be read, or queued
 */
export async function redrive(stage: string, letter: Letter): Promise<string> {
  switch (letter.kind) {
    case 'unreadable':
      throw new Error(
        `${letter.messageId} cannot be read. See it with show; there is nothing to do but drop it.`,
      );
    case 'response': {
      const QueueUrl = await findQueue(stage, 'ResponseQueue');
      await sqs().send(new SendMessageCommand({ QueueUrl, MessageBody: letter.body }));
      return letter.message.requestId;
    }
    case 'request': {
      const { connectionId: _, keyId: __, ...job } = letter.message;
      const requestId = newRequestId(job.tenant, job.digest);
      const failed = await enqueue(await findQueue(stage, 'RequestQueue'), [{ ...job, requestId }]);
      if (failed.has(requestId)) throw failed.get(requestId);
      return requestId;
    }
  }
}
