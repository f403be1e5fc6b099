import { readJson } from './bucket.ts';
import { ServiceError } from './errors.ts';
import { log } from './log.ts';
import {
  modelOfTask,
  resolveModel,
  SERVED_CATALOGUE_KEY,
  type ServedCatalogue,
  servedCatalogue,
} from './models.ts';
import { type ClassifyFields, DEFAULT_MODEL } from './protocol.ts';

/** How old what is known may be, in ms: in general, and where a model is not among it that may just have been published. */
const CACHED_MS = 5_000;
const CACHED_FOR_UNKNOWN_MS = 1_000;

let cached: { at: number; bucket: string; catalogue: Promise<ServedCatalogue | undefined> } | undefined;
/** What was read last, by bucket. */
const lastRead = new Map<string, ServedCatalogue | undefined>();

/**
 * The models that a stage serves; `undefined` where it has published none yet.
 * @param maxAgeMs how old the answer may be
 */
export async function freshServedCatalogue(
  bucket: string,
  maxAgeMs = CACHED_MS,
  now = Date.now(),
): Promise<ServedCatalogue | undefined> {
  if (!cached || cached.bucket !== bucket || now - cached.at >= maxAgeMs) {
    const catalogue = readJson(bucket, SERVED_CATALOGUE_KEY, servedCatalogue).then((stored) => {
      lastRead.set(bucket, stored?.value);
      return stored?.value;
    });
    cached = { at: now, bucket, catalogue };
    // A failed read is not kept: whoever comes next asks again.
    catalogue.catch(() => {
      if (cached?.catalogue === catalogue) cached = undefined;
    });
  }
  return cached.catalogue;
}

/**
 * The model that a request is for: the one that it names, or the stage's default. Where what is served cannot be read, what
 * was read last counts; a function that has not read any yet leaves it to the worker.
 * @throws ServiceError `UNKNOWN_MODEL`
 */
export async function modelAskedFor(
  bucket: string,
  { model, moderation }: Pick<ClassifyFields, 'model' | 'moderation'>,
): Promise<string> {
  const isServed = (served: ServedCatalogue) => resolveModel(served, model ?? served.default) !== undefined;
  let catalogue = await readable(bucket);
  if (catalogue && !isServed(catalogue)) catalogue = await readable(bucket, CACHED_FOR_UNKNOWN_MS);
  if (catalogue === undefined) return model ?? DEFAULT_MODEL;
  if (!isServed(catalogue)) {
    throw new ServiceError(
      'UNKNOWN_MODEL',
      `There is no model ${JSON.stringify(model)}. GET /models lists those that there are.`,
    );
  }
  if (moderation && modelOfTask(catalogue, 'moderation') === undefined)
    throw new ServiceError('UNKNOWN_MODEL', 'moderation: this stage serves no model for it.');
  return model ?? catalogue.default;
}

const readable = (bucket: string, maxAgeMs?: number): Promise<ServedCatalogue | undefined> =>
  freshServedCatalogue(bucket, maxAgeMs).catch((error: unknown) => {
    log.warn('the catalogue of models cannot be read', { error });
    return lastRead.get(bucket);
  });
