import * as z from 'zod';

export const SERVED_CATALOGUE_KEY = 'models/catalogue.json';

/** A model's name, and likewise its version. */
export const MODEL_NAME = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    'must be of lower-case letters, digits, dots, hyphens and underscores',
  );

/** `name`, or `name@version`. */
export const MODEL_REFERENCE = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}(@[a-z0-9][a-z0-9._-]{0,63})?$/, 'must be like name, or name@version');

/** A model by its name and its version. */
export interface ModelId {
  readonly name: string;
  readonly version: string;
}

/** Where a file of a model lies in the stage's bucket. */
export const modelKey = ({ name, version }: ModelId, file: string): string =>
  `models/${name}/${version}/${file}`;

const servedModel = z.object({
  name: MODEL_NAME,
  current: MODEL_NAME.describe('The version that answers to the name alone.'),
  versions: z
    .array(
      z.object({
        version: MODEL_NAME,
        task: z.enum(['classification', 'moderation']),
        classes: z.int().min(1).describe('How many classes it tells apart.'),
        precisions: z.array(z.enum(['int8', 'fp32'])),
        licence: z.string(),
      }),
    )
    .min(1),
});

/** `models/catalogue.json` of the stage's bucket: the models that the stage serves. */
export const servedCatalogue = z.object({
  v: z.literal(1),
  default: MODEL_NAME.describe('The model of a request that names none.'),
  models: z.array(servedModel).min(1),
});
export type ServedCatalogue = z.infer<typeof servedCatalogue>;
export type ServedModel = z.infer<typeof servedModel>;
export type ServedVersion = ServedModel['versions'][number];

/** The model of a task: the first that is served, in its current version; undefined where none is. */
export function modelOfTask({ models }: ServedCatalogue, task: ServedVersion['task']): ModelId | undefined {
  for (const { name, current, versions } of models) {
    const has = versions.some(({ version, task: its }) => version === current && its === task);
    if (has) return { name, version: current };
  }
  return undefined;
}

/** What a reference, `name` or `name@version`, stands for; undefined: it is not served. */
export function resolveModel({ models }: ServedCatalogue, reference: string): ModelId | undefined {
  const [name, version, ...more] = reference.split('@');
  const model = models.find((other) => other.name === name);
  if (model === undefined || more.length > 0) return undefined;
  const wanted = version ?? model.current;
  return model.versions.some((other) => other.version === wanted)
    ? { name: model.name, version: wanted }
    : undefined;
}
