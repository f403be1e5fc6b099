import { answerOptions } from '../answers.ts';
import { ServiceError } from '../errors.ts';
import { classifyFields, waitFields } from '../protocol.ts';
import { ABOUT, KEY_IN_WORDS } from './about.ts';
import * as examples from './examples.ts';
import { errors, json, location, parameter, retryAfter } from './openapi-parts.ts';
import { httpSchemas, inlineSchema, refTo } from './schemas.ts';

/** How an outcome may be stored, and so be the answer to whoever asks for it. */
const OUTCOMES = [
  ...(['FORBIDDEN_URL', 'UNKNOWN_MODEL', 'DOWNLOAD_FAILED', 'IMAGE_TOO_LARGE'] as const),
  ...(['UNSUPPORTED_IMAGE', 'TIMEOUT', 'INTERNAL'] as const),
];
/** How a request may be refused before it is queued. */
const REFUSALS = [
  ...(['INVALID_MESSAGE', 'INVALID_URL', 'FORBIDDEN_URL', 'UNKNOWN_MODEL'] as const),
  ...(['OVERLOADED', 'INTERNAL'] as const),
];

/**
 * The HTTP interface as an OpenAPI 3.1 document.
 * @param auth whether a key is asked for
 */
export function openApi(auth: 'keys' | 'open') {
  return {
    openapi: '3.1.0',
    info: ABOUT,
    servers: [{ url: '.', description: 'Where this document is' }],
    security: auth === 'keys' ? [{ key: [] }] : [{}],
    tags: [
      { name: 'classify', description: 'Images and their labels' },
      { name: 'about', description: 'The service itself; no key is needed' },
    ],
    paths: {
      '/classify': { get: classify },
      '/requests': { post: submit },
      '/requests/{id}': { get: awaitResult },
      '/uploads': { post: upload },
      '/health': { get: health },
      '/models': { get: models },
      '/openapi.json': { get: page('openApi', 'This document', 'application/json') },
      '/asyncapi.json': {
        get: page('asyncApi', 'The WebSocket interface, as an AsyncAPI document', 'application/json'),
      },
      '/docs': { get: page('docs', 'Both documents, for people', 'text/html') },
    },
    components: {
      schemas: httpSchemas(),
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: KEY_IN_WORDS } },
    },
  };
}

const outcomeLink = { operationId: 'awaitResult', parameters: { id: '$response.body#/requestId' } };

const { topK, minConfidence, model, imageUrl } = classifyFields.shape;
const classify = {
  operationId: 'classify',
  tags: ['classify'],
  summary: 'Classify one image, and wait',
  description:
    'Goes on to `requests/{id}` by redirects: a client that follows them sees the result, or the error, within 120 s.',
  parameters: [
    parameter('imageUrl', 'query', inlineSchema(imageUrl.unwrap()), {
      required: true,
      example: examples.CLASSIFY.imageUrl,
    }),
    parameter('topK', 'query', inlineSchema(topK)),
    parameter('minConfidence', 'query', inlineSchema(minConfidence)),
    parameter('model', 'query', inlineSchema(model)),
    ...Object.entries(answerOptions).map(([name, schema]) =>
      parameter(name, 'query', inlineSchema(schema), { explode: false }),
    ),
  ],
  responses: {
    303: {
      description: 'The image is queued; its outcome is to be asked for.',
      headers: { Location: location },
      content: json('Accepted', examples.ACCEPTED),
      links: { outcome: outcomeLink },
    },
    ...errors(REFUSALS),
  },
};

const submit = {
  operationId: 'submit',
  tags: ['classify'],
  summary: 'Queue one image, or several',
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: refTo('ClassifyFields'),
        examples: {
          one: { value: examples.CLASSIFY },
          more: { value: examples.CLASSIFY_WITH_MORE },
          several: { value: examples.CLASSIFY_SEVERAL },
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The outcome of an id that was brought and is done already.',
      content: json('Result', examples.RESULT),
    },
    202: {
      description: 'Queued. With `imageUrls` an answer for each of them, and no Location.',
      headers: { Location: { ...location, required: false } },
      content: {
        'application/json': {
          schema: { oneOf: [refTo('Accepted'), refTo('Batch')] },
          examples: {
            one: { value: examples.ACCEPTED },
            several: { value: { requests: [examples.ACCEPTED, examples.REFUSED_ENTRY] } },
          },
        },
      },
      links: { outcome: outcomeLink },
    },
    ...submitErrors(),
  },
};

/** Where a whole batch is too much, its answers come with 503. */
function submitErrors() {
  const answers = errors([...new Set([...REFUSALS, 'CONFLICT' as const, ...OUTCOMES])]);
  const overload = { ...examples.ACCEPTED, type: 'error' as const };
  const { position, etaMs, requestId, ...entry } = overload;
  const value = { requests: [{ ...entry, error: new ServiceError('OVERLOADED').toBody() }] };
  const schema = { anyOf: [refTo('Batch'), refTo('GatewayRefusal')] };
  const ours = answers[503];
  if (ours === undefined) return answers;
  const content = { ...ours.content, 'application/json': { schema, example: value } };
  return { ...answers, 503: { ...ours, content } };
}

const awaitResult = {
  operationId: 'awaitResult',
  tags: ['classify'],
  summary: 'The outcome of a request',
  description: 'A stored outcome is always the answer, whether or not a wait was asked for.',
  parameters: [
    parameter('id', 'path', { type: 'string' }, { required: true, example: examples.RESULT.requestId }),
    parameter('waitSeconds', 'query', inlineSchema(waitFields.shape.waitSeconds)),
  ],
  responses: {
    200: {
      description: 'The result.',
      content: {
        'application/json': {
          schema: refTo('Result'),
          examples: { plain: { value: examples.RESULT }, more: { value: examples.RESULT_WITH_MORE } },
        },
      },
    },
    202: {
      description: 'No outcome so far, and no wait was asked for, or too many wait already.',
      headers: { 'Retry-After': { ...retryAfter, required: true } },
      content: json('Pending', examples.PENDING),
    },
    303: {
      description: 'No outcome after the wait: to the same once more.',
      headers: { Location: location },
      content: json('Pending', examples.PENDING),
    },
    ...errors(['INVALID_MESSAGE', 'UNKNOWN_REQUEST', ...OUTCOMES]),
  },
};

const upload = {
  operationId: 'upload',
  tags: ['classify'],
  summary: 'A place for an image that has no URL, or for several',
  description:
    'PUT the file to `uploadUrl` with `headers`: once, and of exactly so many bytes. Then ask for `imageUrl`.',
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: { oneOf: [refTo('UploadFields'), refTo('UploadsFields')] },
        examples: { one: { value: examples.UPLOAD_FIELDS }, several: { value: examples.UPLOADS_FIELDS } },
      },
    },
  },
  responses: {
    201: {
      description: 'A presigned URL, or one for each of several sizes.',
      content: {
        'application/json': {
          schema: { oneOf: [refTo('Upload'), refTo('Uploads')] },
          examples: { one: { value: examples.UPLOAD }, several: { value: examples.UPLOADS } },
        },
      },
      links: {
        labels: { operationId: 'classify', parameters: { imageUrl: '$response.body#/imageUrl' } },
      },
    },
    ...errors(['INVALID_MESSAGE', 'IMAGE_TOO_LARGE', 'INTERNAL']),
  },
};

const health = {
  operationId: 'health',
  tags: ['about'],
  summary: 'The queue and the fleet',
  security: [{}],
  responses: {
    200: {
      description: 'As the last tick of the load balancer saw them.',
      content: json('Health', examples.HEALTH),
    },
    ...errors(['INTERNAL'], [429, 500, 503]),
  },
};

const models = {
  operationId: 'models',
  tags: ['about'],
  summary: 'The models that a request may name',
  security: [{}],
  responses: {
    200: { description: 'As published last.', content: json('Models', examples.MODELS) },
    ...errors(['INTERNAL'], [429, 500, 503]),
  },
};

function page(operationId: string, summary: string, type: string) {
  const schema = type === 'text/html' ? { type: 'string' } : { type: 'object' };
  return {
    ...{ operationId, tags: ['about'], summary, security: [{}] },
    responses: {
      200: { description: summary, content: { [type]: { schema } } },
      ...errors([], [429, 500, 503]),
    },
  };
}
