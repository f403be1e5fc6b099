import type { Message } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { type JobMessage, jobMessage } from '../shared/jobs.ts';
import { acceptedAt } from '../shared/request-id.ts';

/** A message of a queue, held under a receipt handle. Times in ms since the epoch. */
export interface ReceivedMessage {
  body: string;
  messageId: string;
  receiptHandle: string;
  /** 1 at the first time; SQS counts approximately. */
  receiveCount: number;
  sentAt: number;
  receivedAt: number;
}

const attributes = z.object({
  ApproximateReceiveCount: z.coerce.number().int().min(1),
  SentTimestamp: z.coerce.number().int(),
});
const sqsMessage = z.object({
  Body: z.string(),
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Attributes: attributes,
});

/** The system attributes to ask for when receiving what {@link readMessage} reads. */
export const SYSTEM_ATTRIBUTES: (keyof z.infer<typeof attributes>)[] = [
  'ApproximateReceiveCount',
  'SentTimestamp',
];

/** A message as the SDK gives it, received now. */
export function readMessage(message: Message, receivedAt: number): ReceivedMessage {
  const { Body: body, MessageId: messageId, ...rest } = sqsMessage.parse(message);
  const { ReceiptHandle: receiptHandle, Attributes } = rest;
  const { ApproximateReceiveCount: receiveCount, SentTimestamp: sentAt } = Attributes;
  return { body, messageId, receiptHandle, receiveCount, sentAt, receivedAt };
}

/** The job in a message's body; `undefined` where it is none of ours, or its id carries no deadline. */
export function readJob(body: string): JobMessage | undefined {
  const parsed = jobMessage.safeParse(parseJson(body));
  return parsed.success && acceptedAt(parsed.data.requestId) !== undefined ? parsed.data : undefined;
}

/** The id of the request in a message's body, for the log; `undefined` where it is none of ours. */
export const requestIdIn = (body: string): string | undefined => readJob(body)?.requestId;

/** The JSON value in a text; `undefined` where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
