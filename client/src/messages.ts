/** A message of the server's, as docs/protocol.md has it. Written out here, so that the package's types need no other. */
export type ServerMessage = Accepted | Result | Failure | Pong;

interface Identity {
  requestId: string;
  clientRef?: string | undefined;
  imageUrl: string;
}

/** The service has taken the request on. */
export interface Accepted extends Identity {
  type: 'accepted';
  /** Jobs ahead of this one; null while unknown. */
  position: number | null;
  /** Estimated milliseconds until the result; null while unknown. */
  etaMs: number | null;
}

export interface Label {
  label: string;
  /** Of the model's classes; tells namesakes apart. */
  index: number;
  /** 0 to 1. */
  confidence: number;
  /** With `parents`: what it is a kind of, the nearest first. */
  parents?: string[];
  /** With `parents`. */
  category?: string;
}

/** What classified it. */
export interface Model {
  name: string;
  version: string;
  engine: string;
  precision: string;
}

/** What the image shows. */
export interface Result extends Identity {
  type: 'result';
  model: Model;
  /** Best first. */
  labels: Label[];
  /** With `moderation`. */
  moderation?: { model: Model; labels: Label[] };
  /** With `colors`: `#rrggbb`, its name, and its share of the image, 0 to 1; the largest first. */
  colors?: { color: string; name: string; share: number }[];
  /** With `image`: pixels as it is seen, and the file's size in bytes. */
  image?: { width: number; height: number; format: string; bytes: number };
  /** Where a worker remembered what the model makes of the image, and did not run it. */
  cached?: true;
  /** Milliseconds. */
  timings: { queueMs: number; downloadMs: number; decodeMs: number; inferMs: number; totalMs: number };
}

/** Why there is none. */
export interface ErrorBody {
  code: string;
  message: string;
  /** Whether asking again may help. */
  retryable: boolean;
  /** Milliseconds after which it may. */
  retryAfterMs?: number | undefined;
}

export interface Failure extends Partial<Identity> {
  type: 'error';
  error: ErrorBody;
}

export interface Pong {
  type: 'pong';
  /** Milliseconds since the epoch. */
  serverTime: number;
}

/** A value as a message; `undefined` where it is none of the service's own, such as API Gateway's word about a failure. */
export const readMessage = (value: unknown): ServerMessage | undefined =>
  isServerMessage(value) ? value : undefined;

/** What JSON says; `undefined` where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isServerMessage(value: unknown): value is ServerMessage {
  if (!isObject(value)) return false;
  const { type, requestId, error, serverTime, labels } = value;
  if (type === 'pong') return typeof serverTime === 'number';
  if (type === 'error') return isErrorBody(error);
  return (
    typeof requestId === 'string' && (type === 'accepted' || (type === 'result' && Array.isArray(labels)))
  );
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

export const isErrorBody = (value: unknown): value is ErrorBody =>
  isObject(value) &&
  typeof value.code === 'string' &&
  typeof value.message === 'string' &&
  typeof value.retryable === 'boolean';
