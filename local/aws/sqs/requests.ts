import * as z from 'zod';
import { SqsError } from './errors.ts';

const between = (least: number, most: number) => {
  const error = `Must be between ${least} and ${most}, if provided.`;
  return z.number().int({ error }).min(least, { error }).max(most, { error });
};
const queueUrl = z.string();
const names = z.array(z.string()).default([]);
const stringMap = z.record(z.string(), z.string());
const visibilityTimeout = between(0, 43_200);
const groupError = 'MessageGroupId can only include 1 to 128 alphanumeric and punctuation characters.';

const attribute = z
  .object({
    DataType: z
      .string()
      .regex(/^(String|Number|Binary)(\..+)?$/, { error: 'The type of a message attribute is invalid.' }),
    StringValue: z
      .string()
      .min(1, { error: 'The value of a message attribute must not be empty.' })
      .optional(),
    BinaryValue: z
      .base64()
      .min(1, { error: 'The value of a message attribute must not be empty.' })
      .optional(),
  })
  .refine((a) => (a.DataType.startsWith('Binary') ? a.BinaryValue : a.StringValue) !== undefined, {
    error: 'The message attribute must contain a value of its type.',
  });
const attributeName = z.string().regex(/^(?!\.)(?!aws\.)(?!amazon\.)[\w.-]{1,256}(?<!\.)$/i);
const attributes = z.record(attributeName, attribute).refine((map) => Object.keys(map).length <= 10, {
  error: 'Number of message attributes exceeds the allowed maximum [10].',
});

export const sendEntry = z.object({
  MessageBody: z.string(),
  DelaySeconds: between(0, 900).optional(),
  MessageAttributes: attributes.optional(),
  MessageSystemAttributes: z.object({ AWSTraceHeader: attribute.optional() }).optional(),
  MessageGroupId: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, { error: groupError })
    .optional(),
  MessageDeduplicationId: z
    .string()
    .optional()
    .refine((id) => id === undefined, { error: 'It is not valid for this queue type.' }),
});
export type SendEntry = z.infer<typeof sendEntry>;
export const deleteEntry = z.object({ ReceiptHandle: z.string() });
export const visibilityEntry = z.object({ ReceiptHandle: z.string(), VisibilityTimeout: visibilityTimeout });

export const ofQueue = z.object({ QueueUrl: queueUrl });
export const batch = z.object({
  QueueUrl: queueUrl,
  Entries: z.array(z.looseObject({ Id: z.string() })),
});
export type BatchRequest = z.infer<typeof batch>;
export const send = sendEntry.extend({ QueueUrl: queueUrl });
export const deleteMessage = deleteEntry.extend({ QueueUrl: queueUrl });
export const changeVisibility = visibilityEntry.extend({ QueueUrl: queueUrl });
export const receive = z.object({
  QueueUrl: queueUrl,
  MaxNumberOfMessages: between(1, 10).default(1),
  VisibilityTimeout: visibilityTimeout.optional(),
  WaitTimeSeconds: between(0, 20).optional(),
  AttributeNames: names,
  MessageSystemAttributeNames: names,
  MessageAttributeNames: names,
});
export type ReceiveRequest = z.infer<typeof receive>;

export const createQueue = z.object({
  QueueName: z.string(),
  Attributes: stringMap.default({}),
  tags: stringMap.default({}),
});
export const getQueueUrl = z.object({ QueueName: z.string() });
export const listQueues = z.object({
  QueueNamePrefix: z.string().default(''),
  MaxResults: between(1, 1_000).optional(),
  NextToken: z.string().optional(),
});
export const listSources = listQueues.omit({ QueueNamePrefix: true }).extend({ QueueUrl: queueUrl });
export const getAttributes = z.object({ QueueUrl: queueUrl, AttributeNames: names });
export const setAttributes = z.object({ QueueUrl: queueUrl, Attributes: stringMap });
export const tagQueue = z.object({ QueueUrl: queueUrl, Tags: stringMap });
export const untagQueue = z.object({ QueueUrl: queueUrl, TagKeys: z.array(z.string()) });
export const startMoveTask = z.object({ SourceArn: z.string(), DestinationArn: z.string().optional() });

/**
 * Parses a request's fields.
 * @throws SqsError named as SQS does: `MissingParameter`, `SerializationException` (a field of the wrong kind)
 * or `InvalidParameterValue`
 */
export function parse<T>(schema: z.ZodType<T>, fields: unknown): T {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = issue?.path.join('.') ?? '';
  if (issue?.code !== 'invalid_type') {
    const reason = issue?.message ?? 'Invalid.';
    throw new SqsError(
      'InvalidParameterValue',
      `The value for parameter ${name} is invalid. Reason: ${reason}`,
    );
  }
  if (issue.message.endsWith('received undefined')) {
    throw new SqsError('MissingParameter', `The request must contain the parameter ${name}.`);
  }
  throw new SqsError('SerializationException', `${name}: ${issue.message}`);
}
