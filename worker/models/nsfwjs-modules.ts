import * as z from 'zod';
import { type WeightsManifest, weightsManifest } from './layers/weights-manifest.ts';
import { ModelFormatError } from './model-errors.ts';

// The package has its models as JavaScript, bundled by Browserify and made small. They are read, not run.
const BEGINS = '.exports=';
const ENDS = '},{}]},{},[1])';

const shardSchema = z.base64();
const modelSchema = z.object({ modelTopology: z.unknown(), weightsManifest });

/** A LayersModel as its package has it. */
export interface StoredLayersModel {
  readonly modelTopology: unknown;
  readonly weightsManifest: WeightsManifest;
  /** The bytes that the manifest tells of. */
  readonly stored: Buffer;
}

/**
 * Reads the model out of its modules.
 *
 * @param source `model.min.js`, or another by the path that the model's manifest has, with `.min.js`.
 * @throws {ModelFormatError} A module exports something else than it did.
 */
export async function readModel(source: (name: string) => Promise<Buffer>): Promise<StoredLayersModel> {
  const json = readModelJson(await source('model.min.js'));
  const paths = json.weightsManifest.flatMap((group) => group.paths);
  const shards = await Promise.all(paths.map(async (path) => readShard(await source(`${path}.min.js`))));
  return { ...json, stored: Buffer.concat(shards) };
}

/**
 * The model.json, which is exported as a literal: its keys are not quoted, its booleans are `!0` and `!1`, its fractions
 * begin with their point. No string in it looks like any of these.
 */
function readModelJson(module: Buffer): z.infer<typeof modelSchema> {
  const json = exported(module)
    .replace(/([{,])([a-z_]\w*):/gi, '$1"$2":')
    .replace(/!([01])/g, (_, not) => String(not === '0'))
    .replace(/([:,[]-?)\./g, '$10.');
  return parse(modelSchema, JSON.parse(json));
}

/** The bytes that are exported as base64. */
function readShard(module: Buffer): Buffer {
  return Buffer.from(parse(shardSchema, JSON.parse(exported(module))), 'base64');
}

/**
 * The classes' names by index, from the module that exports them as a literal.
 *
 * @throws {ModelFormatError} It has none, or leaves an index out.
 */
export function readClasses(module: Buffer): string[] {
  const classes = [...module.toString().matchAll(/(\d+): '(\w+)'/g)];
  const inOrder = classes.every(([, index], i) => Number(index) === i);
  if (classes.length === 0 || !inOrder)
    throw new ModelFormatError('the classes of nsfwjs are not where they were');
  return classes.map(([, , name]) => String(name));
}

/** The text of what the bundle's one module exports. */
function exported(module: Buffer): string {
  const text = module.toString('latin1');
  const begin = text.lastIndexOf(BEGINS);
  const end = text.lastIndexOf(ENDS);
  if (begin < 0 || end < begin) throw new ModelFormatError('a module of nsfwjs is not bundled as it was');
  return text.slice(begin + BEGINS.length, end);
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ModelFormatError(`a module of nsfwjs exports something else: ${z.prettifyError(parsed.error)}`);
}
