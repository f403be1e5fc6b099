import { z } from 'zod';

/** The parts of SQS's calls that faults and the ledger look at. */
export const batchRequest = z.looseObject({
  QueueUrl: z.string(),
  Entries: z.array(
    z.looseObject({
      Id: z.string(),
      MessageBody: z.string().optional(),
      ReceiptHandle: z.string().optional(),
    }),
  ),
});
export type BatchRequest = z.infer<typeof batchRequest>;

export const batchAnswer = z.looseObject({
  Successful: z.array(z.looseObject({ Id: z.string() })).default([]),
  Failed: z.array(z.looseObject({ Id: z.string() })).default([]),
});
export type BatchAnswer = z.infer<typeof batchAnswer>;

export const receiveRequest = z.looseObject({ QueueUrl: z.string() });
export const receiveAnswer = z.looseObject({
  Messages: z
    .array(
      z.looseObject({
        Body: z.string(),
        ReceiptHandle: z.string(),
        Attributes: z.looseObject({ ApproximateReceiveCount: z.string() }),
      }),
    )
    .optional(),
});
export const sendRequest = z.object({ QueueUrl: z.string(), MessageBody: z.string() });

const withId = z.object({ requestId: z.string() });
/** The request that a message is about; `undefined` where it is about none. */
export function requestIdIn(body: string | undefined): string | undefined {
  const parsed = withId.safeParse(JSON.parse(body ?? 'null'));
  return parsed.success ? parsed.data.requestId : undefined;
}

export const jsonOf = (bytes: Buffer): unknown => JSON.parse(bytes.toString());
export const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
