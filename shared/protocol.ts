import * as z from 'zod';
import { answerFields, answerOptions, labels, model, tooLongList } from './answers.ts';
import { ERROR_CODES } from './errors.ts';
import { MAX_IMAGE_BYTES } from './image-size.ts';
import { servedCatalogue } from './models.ts';

/** The largest message a client may send over the WebSocket, in bytes: one frame of API Gateway's. */
export const MAX_FRAME_BYTES = 32 * 1024;
export const MAX_BATCH = 128;
export const MAX_RESUME = 100;
export const MAX_UPLOADS = 100;
export const DEFAULT_MODEL = 'inception-v3';

// What the descriptions say, and what beside them is given to `meta`, goes into the OpenAPI and AsyncAPI documents.
const requestFields = {
  requestId: z
    .string()
    .optional()
    .describe(
      'An id of your own, with a single imageUrl only: a UUID version 7 in lower case, made between 60 s ago and 5 s from now.',
    ),
  clientRef: z.string().max(128).optional().describe('Comes back in every answer.'),
  topK: z.int().min(1).max(1000).default(5).describe('Labels at most.'),
  minConfidence: z.number().min(0).max(1).default(0).describe('Labels below it are left out.'),
  model: z
    .string()
    .min(1)
    .max(129)
    .optional()
    .describe('A model of GET /models, as name or name@version; without it the default one.')
    .meta({ examples: ['inception-v3'] }),
  ...answerOptions,
};

/** What {@link classifyFields} refines, for those who read a JSON Schema. */
export const ONE_OR_SEVERAL = {
  oneOf: [{ required: ['imageUrl'] }, { required: ['imageUrls'], properties: { requestId: false } }],
};

/** The fields of `classify` (WebSocket) and of `POST /requests` (HTTP). */
export const classifyFields = z
  .object({
    imageUrl: z
      .string()
      .describe('An absolute http(s) URL of at most 2,048 characters, or upload:ID of an upload.')
      .optional(),
    // An entry of the wrong kind fails alone, later: a bad URL does not stop the others.
    imageUrls: z
      .array(z.unknown())
      .min(1)
      .max(MAX_BATCH)
      .optional()
      .describe(
        'Instead of imageUrl: several, each answered for itself. What is no URL gets an error alone.',
      ),
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
    const tooLong = tooLongList(fields);
    if (tooLong) fail(tooLong, 'makes the lists too long: they may take 32,000 bytes together');
  })
  .meta(ONE_OR_SEVERAL);
export type ClassifyFields = z.infer<typeof classifyFields>;

export const resumeFields = z.object({
  // Malformed ids are answered one by one, so any string passes here.
  requestIds: z.array(z.string()).min(1).max(MAX_RESUME).describe('Ids of earlier requests.'),
});

/** The query of `GET /requests/{id}` (HTTP). */
export const waitFields = z.object({
  waitSeconds: z
    .number()
    .min(0)
    .max(25)
    .default(0)
    .describe('Longest that the call is held until the outcome is there, in s.'),
});

const fileBytes = z
  .int()
  .min(1)
  .describe('The size of the file: so many bytes the URL will take, and no other number.')
  // For readers of the document; more is not refused as out of form, but as IMAGE_TOO_LARGE.
  .meta({ maximum: MAX_IMAGE_BYTES });
/** The fields of `POST /uploads` (HTTP). */
export const uploadFields = z.object({ bytes: fileBytes });
/** And those for several files. */
export const uploadsFields = z.object({
  bytes: z.array(fileBytes).min(1).max(MAX_UPLOADS).describe('The sizes of several files.'),
});

/** Where to put an image that has no URL, and what to ask for then. */
export const uploadAnswer = z.object({
  imageUrl: z
    .string()
    .describe('upload:ID, an imageUrl like any other for whoever asked, for a day after the PUT.'),
  uploadUrl: z.string().describe('Takes one PUT of the file, straight into the bucket.'),
  headers: z.record(z.string(), z.string()).describe('To be sent with the PUT, as they are.'),
  expiresAt: z.int().describe('Until when the PUT may begin, in ms since the epoch.'),
});
export type UploadAnswer = z.infer<typeof uploadAnswer>;
/** The answer where several sizes were told. */
export const uploadsAnswer = z.object({
  uploads: z.array(uploadAnswer).describe('One for each size, in their order.'),
});
export type UploadsAnswer = z.infer<typeof uploadsAnswer>;

export const errorBody = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string().describe('For people: what is wrong.'),
  retryable: z.boolean().describe('Whether the same may succeed later, under a new id.'),
  retryAfterMs: z.number().optional().describe('In how many milliseconds.'),
});

const requestId = z.string().describe('UUID version 7; the time in it is that of the acceptance.');
const clientRef = z.string().optional().describe('As it was sent.');
const imageUrl = z.string().describe('As it was sent.');
const identity = { requestId, clientRef, imageUrl };

export const acceptedMessage = z.object({
  type: z.literal('accepted'),
  ...identity,
  position: z.int().nullable().describe('Jobs ahead of this one; null when unknown.'),
  etaMs: z.int().nullable().describe('Estimated milliseconds until the result; null when unknown.'),
});
export const resultMessage = z.object({
  type: z.literal('result'),
  ...identity,
  model: model.describe('What classified it.'),
  labels,
  ...answerFields,
  cached: z
    .literal(true)
    .optional()
    .describe(
      'Where the worker remembered what the model makes of these bytes: nothing was inferred, inferMs is 0.',
    ),
  timings: z
    .object({
      queueMs: z.number(),
      downloadMs: z.number(),
      decodeMs: z.number(),
      inferMs: z.number(),
      totalMs: z.number(),
    })
    .describe('What took how long, in milliseconds.'),
});
export const errorMessage = z.object({
  type: z.literal('error'),
  requestId: z.string().optional().describe('The request that ends so. Without it, none does: ask again.'),
  clientRef,
  imageUrl: imageUrl.optional(),
  error: errorBody,
});
export const pongMessage = z.object({
  type: z.literal('pong'),
  serverTime: z.int().describe('In ms since the epoch: for correcting the clock that ids are made by.'),
});

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

/** An error over HTTP: `application/problem+json` (RFC 9457). */
export const problemBody = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('For people: what is wrong.'),
  ...errorBody.omit({ message: true }).shape,
  requestId: z.string().optional(),
  clientRef,
  imageUrl: imageUrl.optional(),
});
export type ProblemBody = z.infer<typeof problemBody>;

/** The answer to a batch over HTTP. */
export const batchAnswer = z.object({
  requests: z
    .array(z.discriminatedUnion('type', [acceptedMessage, errorMessage]))
    .describe('One for each of imageUrls, in their order.'),
});
/** A request without an outcome so far, over HTTP. */
export const pendingAnswer = z.object({ requestId, status: z.literal('pending') });

const count = z.number().nullable();
/** What `GET /health` tells; null while it is unknown. */
export const healthAnswer = z.object({
  status: z
    .enum(['ok', 'starting', 'idle', 'unknown'])
    .describe(
      'Whether a worker is ready, boots, or none runs; unknown while the load balancer has not told lately.',
    ),
  queue: z
    .object({ visible: count, inFlight: count })
    .describe('Jobs that wait, and jobs that workers hold.'),
  workers: z.object({ booting: count, ready: count, draining: count }),
  serviceMs: count.describe('Time that a worker takes for an image at full load, in ms.'),
  imagesPerSecond: count.describe('What the ready workers can do together.'),
});
export type HealthAnswer = z.infer<typeof healthAnswer>;

/** What `GET /models` tells. */
export const modelsAnswer = servedCatalogue.omit({ v: true });
export type ModelsAnswer = z.infer<typeof modelsAnswer>;
