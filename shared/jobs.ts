import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type AnswerOptions, answerOptions, optionsIn } from './answers.ts';
import { outcomeMessage } from './protocol.ts';

/** The shape's version. Readers accept this one and the one before it, so that old and new live side by side. */
export const MESSAGE_VERSION = 1;
const version = z
  .int()
  .min(Math.max(1, MESSAGE_VERSION - 1))
  .max(MESSAGE_VERSION);

/** What is asked for: the part of a request that tells it from another with the same id. */
export interface Ask extends AnswerOptions {
  imageUrl: string;
  model: string;
  topK: number;
  minConfidence: number;
}

/** On the request queue. */
export const jobMessage = z.object({
  v: version,
  requestId: z.string(),
  imageUrl: z.string(),
  model: z.string(),
  topK: z.int(),
  minConfidence: z.number(),
  ...answerOptions,
  // One that newer functions know is no reason to take the job for none of ours.
  includeCategories: z.array(z.string()).optional(),
  clientRef: z.string().optional(),
  connectionId: z.string().optional(),
  /** The key that opened the connection: nothing is pushed to it once that is revoked. */
  keyId: z.string().optional(),
  tenant: z.string(),
  digest: z.string(),
});
export type JobMessage = z.infer<typeof jobMessage>;

/** On the response queue: whom to push what. The outcome carries the request's identity. */
export const responseMessage = z.object({
  v: version,
  requestId: z.string(),
  tenant: z.string(),
  connectionId: z.string().optional(),
  keyId: z.string().optional(),
  /** Whether somebody listens for it, beside its own connection; absent where that is not known. */
  awaited: z.boolean().optional(),
  outcome: outcomeMessage,
});
export type ResponseMessage = z.infer<typeof responseMessage>;

/**
 * On the terminate queue. Workers of `launchTemplateVersion` or newer hand it back where it names one. With `park` the
 * worker, once drained, does not end its machine, but waits to be stopped: the warm pool has room for it.
 */
export const terminateMessage = z.object({
  v: version,
  id: z.string(),
  launchTemplateVersion: z.int().optional(),
  park: z.boolean().optional(),
});
export type TerminateMessage = z.infer<typeof terminateMessage>;

/** Fingerprint of a request: the same id with another digest is a `CONFLICT`. */
export function digestOf(ask: Ask, tenant: string): string {
  const { imageUrl, model, topK, minConfidence } = ask;
  const options = optionsIn(ask);
  const more = Object.keys(options).length > 0 ? [options] : [];
  const canonical = JSON.stringify([tenant, imageUrl, model, topK, minConfidence, ...more]);
  return createHash('sha256').update(canonical).digest('base64url');
}

/** A message's body. SQS takes no U+FFFE and U+FFFF, which JSON would leave as they are. */
export const encodeMessage = (message: unknown): string =>
  JSON.stringify(message).replace(
    /[\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
