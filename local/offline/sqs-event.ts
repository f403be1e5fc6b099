import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { REGION } from '../aws/account.ts';

/** Received messages in the form in which Lambda hands them to a function. */
export const toSqsEvent = (messages: readonly Message[], queueArn: string) => ({
  Records: messages.map((message) => ({
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, toLambda(value)]),
    ),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
  })),
});

const toLambda = ({ StringValue, BinaryValue, DataType }: MessageAttributeValue) => ({
  stringValue: StringValue,
  binaryValue: BinaryValue && Buffer.from(BinaryValue).toString('base64'),
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType,
});
