import { ServiceError } from '../errors.ts';
import type {
  AcceptedMessage,
  ErrorMessage,
  HealthAnswer,
  ModelsAnswer,
  PongMessage,
  ResultMessage,
  UploadAnswer,
  UploadsAnswer,
} from '../protocol.ts';

// Of the sample photo, as the service answers it.
const imageUrl = 'https://images.example/labrador.jpg';
const requestId = '019aa0c3-7d52-7c1e-9b0f-c1a559a02d41';
const clientRef = 'dog';

export const CLASSIFY = { imageUrl, clientRef, topK: 2 };
export const CLASSIFY_WITH_MORE = {
  ...{ imageUrl, clientRef, topK: 1, includeLabels: ['dog', 'cat'], parents: true },
  ...{ moderation: true, colors: true, image: true },
};
export const CLASSIFY_SEVERAL = { imageUrls: [imageUrl, 'ftp://images.example/cat.jpg'], clientRef };
export const RESUME = { requestIds: [requestId] };
export const UPLOAD_FIELDS = { bytes: 48_213 };
export const UPLOADS_FIELDS = { bytes: [48_213] };

export const ACCEPTED: AcceptedMessage = {
  ...{ type: 'accepted', requestId, clientRef, imageUrl },
  position: 3,
  etaMs: 140,
};
export const RESULT: ResultMessage = {
  ...{ type: 'result', requestId, clientRef, imageUrl },
  model: { name: 'inception-v3', version: '1', engine: 'onnx', precision: 'int8' },
  labels: [
    { label: 'Labrador retriever', index: 209, confidence: 0.582 },
    { label: 'golden retriever', index: 208, confidence: 0.032 },
  ],
  timings: { queueMs: 12.4, downloadMs: 31.2, decodeMs: 14.8, inferMs: 41.7, totalMs: 117.3 },
};
export const RESULT_WITH_MORE: ResultMessage = {
  ...RESULT,
  labels: [
    {
      ...{ label: 'Labrador retriever', index: 209, confidence: 0.582 },
      parents: [
        ...['retriever', 'sporting dog', 'hunting dog', 'dog', 'domestic animal', 'canine', 'carnivore'],
        ...['placental', 'mammal', 'vertebrate', 'chordate', 'animal'],
      ],
      category: 'dog',
    },
  ],
  moderation: {
    model: { name: 'nsfw-inception-v3', version: '1', engine: 'onnx', precision: 'fp32' },
    labels: [
      { label: 'Neutral', index: 2, confidence: 0.988 },
      { label: 'Porn', index: 3, confidence: 0.009 },
      { label: 'Sexy', index: 4, confidence: 0.002 },
      { label: 'Drawing', index: 0, confidence: 0.001 },
      { label: 'Hentai', index: 1, confidence: 0.001 },
    ],
  },
  colors: [
    { color: '#a69b7a', name: 'grey', share: 0.237 },
    { color: '#d2c5b8', name: 'light grey', share: 0.22 },
    { color: '#482616', name: 'dark brown', share: 0.218 },
    { color: '#fbf9f3', name: 'white', share: 0.184 },
    { color: '#6e6236', name: 'brown', share: 0.139 },
  ],
  image: { width: 1387, height: 1387, format: 'jpeg', bytes: 385_750 },
};
export const ERROR: ErrorMessage = {
  ...{ type: 'error', requestId, clientRef, imageUrl },
  error: {
    code: 'DOWNLOAD_FAILED',
    message: "The image's host answered with status 404.",
    retryable: false,
  },
};
export const REFUSED_ENTRY: ErrorMessage = {
  ...{ type: 'error', clientRef, imageUrl: 'ftp://images.example/cat.jpg' },
  error: new ServiceError('INVALID_URL', "The URL's scheme must be http or https, not ftp.").toBody(),
};
export const PONG: PongMessage = { type: 'pong', serverTime: 1_763_721_600_000 };
export const PENDING = { requestId, status: 'pending' as const };
export const UPLOAD: UploadAnswer = {
  imageUrl: 'upload:019aa0c3-7d52-7c1e-9b0f-3c5d8e2f6a71',
  uploadUrl: 'https://bucket.example/uploads/you/019aa0c3-7d52-7c1e-9b0f-3c5d8e2f6a71?X-Amz-Signature=9d2f',
  headers: { 'if-none-match': '*' },
  expiresAt: 1_763_722_500_000,
};
export const UPLOADS: UploadsAnswer = { uploads: [UPLOAD] };
export const MODELS: ModelsAnswer = {
  default: 'inception-v3',
  models: [
    {
      name: 'inception-v3',
      current: '6aecf177-3',
      versions: [
        {
          version: '6aecf177-3',
          task: 'classification',
          classes: 1001,
          precisions: ['int8'],
          licence: 'MIT',
        },
      ],
    },
  ],
};

export const HEALTH: HealthAnswer = {
  status: 'ok',
  queue: { visible: 3, inFlight: 4 },
  workers: { booting: 1, ready: 2, draining: 0 },
  serviceMs: 43.5,
  imagesPerSecond: 46,
};
export const GATEWAY_REFUSAL = { message: 'Forbidden' };
