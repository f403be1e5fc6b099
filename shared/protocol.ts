import * as z from 'zod';
import { ERROR_CODES, ServiceError } from './errors.ts';

/** The largest message a client may send over the WebSocket, in bytes: one frame of API Gateway's. */
export const MAX_FRAME_BYTES = 32 * 1024;
export const MAX_BATCH = 128;
export const MAX_RESUME = 100;
export const DEFAULT_MODEL = 'inception-v3';

const requestFields = {
  requestId: z.string().optional(),
  clientRef: z.string().max(128).optional(),
  topK: z.int().min(1).max(1000).default(5),
  minConfidence: z.number().min(0).max(1).default(0),
  model: z.string().min(1).max(128).default(DEFAULT_MODEL),
};

/** The fields of `classify` (WebSocket) and of `POST /requests` (HTTP). */
export const classifyFields = z
  .object({
    imageUrl: z.string().optional(),
    // An entry of the wrong kind fails alone, later: a bad URL does not stop the others.
    imageUrls: z.array(z.unknown()).min(1).max(MAX_BATCH).optional(),
    ...requestFields,
  })
  .superRefine((fields, context) => {
    const fail = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (fields.imageUrl === undefined && fields.imageUrls === undefined)
      fail('imageUrl', 'is missing: give imageUrl, or imageUrls for several');
    if (fields.imageUrl !== undefined && fields.imageUrls !== undefined)
      fail('imageUrls', 'cannot stand beside imageUrl');
    if (fields.imageUrls !== undefined && fields.requestId !== undefined)
      fail('requestId', 'goes with a single imageUrl only');
  });
export type ClassifyFields = z.infer<typeof classifyFields>;

export const resumeFields = z.object({
  // Malformed ids are answered one by one, so any string passes here.
  requestIds: z.array(z.string()).min(1).max(MAX_RESUME),
});

/** The fields of `POST /uploads` (HTTP). */
export const uploadFields = z.object({
  /** The file's size: so many bytes, and no other number, the presigned URL will take. */
  bytes: z.int().min(1),
});

/** Where to put an image that has no URL, and what to ask for then. */
export const uploadAnswer = z.object({
  /** `upload:ID`, an `imageUrl` like any other for the tenant that asked, for a day. */
  imageUrl: z.string(),
  /** Takes one PUT of the file, straight into the bucket. */
  uploadUrl: z.string(),
  /** To be sent with the PUT. */
  headers: z.record(z.string(), z.string()),
  /** Until when the PUT may begin, in ms since the epoch. */
  expiresAt: z.int(),
});
export type UploadAnswer = z.infer<typeof uploadAnswer>;

export const errorBody = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  retryable: z.boolean(),
  retryAfterMs: z.number().optional(),
});

const identity = { requestId: z.string(), clientRef: z.string().optional(), imageUrl: z.string() };

export const acceptedMessage = z.object({
  type: z.literal('accepted'),
  ...identity,
  /** Jobs ahead of this one; null when unknown. */
  position: z.int().nullable(),
  /** Estimated milliseconds until the result; null when unknown. */
  etaMs: z.int().nullable(),
});
export const resultMessage = z.object({
  type: z.literal('result'),
  ...identity,
  model: z.object({ name: z.string(), version: z.string(), engine: z.string(), precision: z.string() }),
  /** Best first; `confidence` 0..1; `index` of 1001 classes tells namesakes apart. */
  labels: z.array(z.object({ label: z.string(), index: z.int(), confidence: z.number() })),
  /** Milliseconds. */
  timings: z.object({
    queueMs: z.number(),
    downloadMs: z.number(),
    decodeMs: z.number(),
    inferMs: z.number(),
    totalMs: z.number(),
  }),
});
export const errorMessage = z.object({
  type: z.literal('error'),
  requestId: z.string().optional(),
  clientRef: z.string().optional(),
  imageUrl: z.string().optional(),
  error: errorBody,
});
export const pongMessage = z.object({ type: z.literal('pong'), serverTime: z.int() });

export type AcceptedMessage = z.infer<typeof acceptedMessage>;
export type ResultMessage = z.infer<typeof resultMessage>;
export type ErrorMessage = z.infer<typeof errorMessage>;
export type PongMessage = z.infer<typeof pongMessage>;
/** How a request ends: the message that the client gets, and that is stored. */
export const outcomeMessage = z.discriminatedUnion('type', [resultMessage, errorMessage]);
export type OutcomeMessage = z.infer<typeof outcomeMessage>;
export const serverMessage = z.discriminatedUnion('type', [
  acceptedMessage,
  resultMessage,
  errorMessage,
  pongMessage,
]);
export type ServerMessage = z.infer<typeof serverMessage>;

/**
 * Parses a client's message, or says which field is wrong.
 * @throws ServiceError `INVALID_MESSAGE`, naming the first wrong field
 */
export function parseFields<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.');
  throw new ServiceError('INVALID_MESSAGE', field ? `${field}: ${issue?.message}` : issue?.message);
}

/**
 * The JSON object in a client's message.
 * @throws ServiceError `INVALID_MESSAGE`
 */
export function parseJsonObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ServiceError('INVALID_MESSAGE', 'The message is not JSON.');
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(value);
  if (!parsed.success) throw new ServiceError('INVALID_MESSAGE', 'The message is not a JSON object.');
  return parsed.data;
}

const identityFields = z.object({
  requestId: z.string().max(128).optional().catch(undefined),
  clientRef: z.string().max(128).optional().catch(undefined),
});

/** What a message that is refused as a whole says of itself, so that its refusal can be told from another's. */
export function identityIn(text: string): z.infer<typeof identityFields> {
  try {
    return identityFields.parse(parseJsonObject(text));
  } catch {
    return {};
  }
}
