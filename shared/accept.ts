import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { sqs } from './aws.ts';
import { readConfig } from './config.ts';
import { ServiceError, toServiceError } from './errors.ts';
import { type Estimate, estimate } from './estimate.ts';
import { freshFleetState } from './fleet-state.ts';
import { type Ask, digestOf, encodeMessage, type JobMessage, MESSAGE_VERSION } from './jobs.ts';
import { log } from './log.ts';
import { once } from './once.ts';
import {
  type AcceptedMessage,
  type ClassifyFields,
  DEFAULT_MODEL,
  type ErrorMessage,
  type OutcomeMessage,
} from './protocol.ts';
import { deadlineOf, ID_WINDOW_MS, mayBeBrought, newRequestId, wasMadeForAnother } from './request-id.ts';
import { Results } from './results.ts';
import { checkUrl, type UrlRules } from './url-guard.ts';

/** Who asks, and where the outcome is to be pushed. */
export interface Caller {
  tenant: string;
  connectionId?: string | undefined;
  /** The key that opened the connection. */
  keyId?: string | undefined;
}

const config = once(() => {
  const names = ['BUCKET', 'REQUEST_QUEUE_URL', 'REQUEST_TIMEOUT_SECONDS'] as const;
  const { ALLOWED_PORTS, ALLOWED_PRIVATE_HOSTS, ...rest } = readConfig([
    ...names,
    'ALLOWED_PORTS',
    'ALLOWED_PRIVATE_HOSTS',
  ]);
  const urlRules: UrlRules = { allowedPorts: ALLOWED_PORTS, allowedPrivateHosts: ALLOWED_PRIVATE_HOSTS };
  return { ...rest, urlRules };
});

export type Answer = AcceptedMessage | OutcomeMessage;
interface Queued {
  job: JobMessage;
  estimate: Estimate;
}
const isAnswer = (one: Answer | Queued): one is Answer => 'type' in one;

/**
 * Accepts what a client asks for: checks each URL, queues a job for each that passes, and answers each in the order
 * asked: `accepted`, an `error`, or, where a brought id is done already, its stored outcome.
 */
export async function accept(fields: ClassifyFields, caller: Caller): Promise<Answer[]> {
  const urls = fields.imageUrls ?? [fields.imageUrl];
  const state = await freshFleetState(config().BUCKET).catch((error: unknown) => {
    log.warn('fleet state unreadable', { error });
    return undefined;
  });
  const admitted: (Answer | Queued)[] = [];
  let queuedBefore = 0;
  for (const imageUrl of urls) {
    const one = await admit(imageUrl, fields, caller, estimate(state, queuedBefore)).catch((error: unknown) =>
      refusal(error, fields, imageUrl),
    );
    if (!isAnswer(one)) queuedBefore++;
    admitted.push(one);
  }
  const failed = await enqueue(
    admitted.flatMap((one) => (isAnswer(one) ? [] : [one.job])),
    caller.tenant,
  );
  return admitted.map((one) => {
    if (isAnswer(one)) return one;
    const { requestId, imageUrl, clientRef } = one.job;
    const cause = failed.get(requestId);
    if (cause !== undefined) return refusal(cause, { ...fields, requestId }, imageUrl);
    const { position, etaMs } = one.estimate;
    return {
      type: 'accepted',
      requestId,
      ...(clientRef !== undefined && { clientRef }),
      imageUrl,
      position,
      etaMs,
    };
  });
}

async function admit(
  imageUrl: unknown,
  fields: ClassifyFields,
  caller: Caller,
  expected: Estimate,
): Promise<Answer | Queued> {
  if (typeof imageUrl !== 'string') throw new ServiceError('INVALID_URL');
  if (fields.model !== DEFAULT_MODEL)
    throw new ServiceError('UNKNOWN_MODEL', `There is no model ${JSON.stringify(fields.model)}.`);
  checkUrl(imageUrl, config().urlRules);

  const { model, topK, minConfidence, clientRef } = fields;
  const digest = digestOf({ imageUrl, model, topK, minConfidence } satisfies Ask, caller.tenant);
  const now = Date.now();
  const requestId = fields.requestId ?? newRequestId(digest);
  if (fields.requestId !== undefined) {
    const stored = await lookUpBrought(requestId, digest, caller.tenant, now);
    if (stored) return { ...stored, clientRef };
  }
  refuseWhenOverloaded(expected, deadlineOf(requestId, config().REQUEST_TIMEOUT_SECONDS) - now);
  const { tenant, connectionId, keyId } = caller;
  return {
    job: {
      v: MESSAGE_VERSION,
      requestId,
      imageUrl,
      model,
      topK,
      minConfidence,
      ...(clientRef !== undefined && { clientRef }),
      ...(connectionId !== undefined && { connectionId, keyId }),
      tenant,
      digest,
    },
    estimate: expected,
  };
}

/** The stored outcome of a brought id, if it is the same request; otherwise claims the id for this one. */
async function lookUpBrought(
  requestId: string,
  digest: string,
  tenant: string,
  now: number,
): Promise<OutcomeMessage | undefined> {
  if (!mayBeBrought(requestId, now)) {
    const { past, future } = ID_WINDOW_MS;
    throw new ServiceError(
      'INVALID_MESSAGE',
      `requestId: must be a UUIDv7 in lower case, made between ${past / 1000} s ago and ${future / 1000} s from now`,
    );
  }
  const results = new Results(config().BUCKET);
  const stored = await results.find(requestId);
  if (stored) {
    const same = stored.tenant === tenant && (stored.digest ?? digest) === digest;
    if (!same) throw new ServiceError('CONFLICT');
    return stored.outcome;
  }
  if (wasMadeForAnother(requestId, digest)) throw new ServiceError('CONFLICT');
  const claim = await results.claim(requestId, { tenant, digest });
  if (claim.tenant !== tenant || claim.digest !== digest) throw new ServiceError('CONFLICT');
  return undefined;
}

function refuseWhenOverloaded({ bestEtaMs }: Estimate, leftMs: number): void {
  if (bestEtaMs === null || bestEtaMs <= leftMs) return;
  const retryAfterMs = Math.max(1000, bestEtaMs - leftMs);
  throw new ServiceError('OVERLOADED', undefined, { retryAfterMs });
}

/**
 * Queues jobs, ten a call, all calls side by side.
 * @returns by id, why a job could not be queued though the SDK tried again
 */
async function enqueue(jobs: JobMessage[], tenant: string): Promise<Map<string, unknown>> {
  const failed = new Map<string, unknown>();
  const batches = Array.from({ length: Math.ceil(jobs.length / 10) }, (_, i) =>
    jobs.slice(i * 10, i * 10 + 10),
  );
  await Promise.all(
    batches.map(async (batch) => {
      try {
        const Entries = batch.map((job) => ({
          Id: job.requestId,
          MessageBody: encodeMessage(job),
          MessageGroupId: tenant, // a fair queue: one tenant's flood does not starve another
        }));
        const { Failed } = await sqs().send(
          new SendMessageBatchCommand({ QueueUrl: config().REQUEST_QUEUE_URL, Entries }),
        );
        for (const { Id, Code, Message } of Failed ?? [])
          if (Id) failed.set(Id, new Error(`${Code}: ${Message}`));
      } catch (error) {
        for (const { requestId } of batch) failed.set(requestId, error);
      }
    }),
  );
  return failed;
}

/** The `error` that answers a request which was not accepted. */
export function refusal(
  cause: unknown,
  { requestId, clientRef }: { requestId?: string | undefined; clientRef?: string | undefined },
  imageUrl?: unknown,
): ErrorMessage {
  const error = toServiceError(cause);
  if (error.code === 'INTERNAL') log.error('request refused', { requestId, error });
  return {
    type: 'error',
    ...(requestId !== undefined && { requestId }),
    ...(clientRef !== undefined && { clientRef }),
    ...(typeof imageUrl === 'string' && { imageUrl }),
    error: error.toBody(),
  };
}
