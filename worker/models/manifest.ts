import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { MODEL_NAME } from '../../shared/models.ts';
import { isIntact } from './file-hash.ts';
import type { Precision } from './lowering.ts';
import { ModelError } from './model-errors.ts';

export const MANIFEST = 'manifest.json';

/** Names of files beside the manifest: no folders, and never the manifest itself. */
const fileName = z
  .string()
  .regex(/^(?!manifest\.json$)[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, 'is no file name');
const pixels = z.int().min(1).max(4096);

const fields = z.object({
  name: MODEL_NAME,
  version: MODEL_NAME,
  task: z.enum(['classification', 'moderation']),
  /** Of the RGB bytes that the graph takes, uint8 [N, height, width, 3]. */
  input: z.object({ height: pixels, width: pixels }),
  /**
   * `shorterSide`: the image keeps its aspect, its shorter side is brought to this (lanczos3), and height×width is cut
   * out of the middle. Without: it is stretched, whole.
   */
  preprocessing: z.object({ shorterSide: pixels.optional() }),
  /** The ONNX files: `input` to `probabilities`, float32 [N, classes], each row with sum 1. */
  graphs: z
    .partialRecord(z.enum(['int8', 'fp32']), fileName)
    .refine((graphs) => Object.keys(graphs).length > 0, 'names no file'),
  /** The same net for TensorFlow.js; a model without it is for onnx alone. */
  tflite: fileName.optional(),
  /** The file of the classes' names, one a line, by index. */
  labels: fileName,
  /** How many classes there are: lines of labels, width of the graph's output. */
  classes: z.int().min(1).max(1_000_000),
  /** Index of a class that is never reported. */
  background: z.int().min(0).optional(),
  /** Labels have parents and categories: by WordNet's table for the classes of ImageNet. */
  hierarchy: z.literal('imagenet').optional(),
  /** What the model takes when it is loaded, for each inference thread, in the first precision that it has. MB. */
  memoryMb: z.number().positive(),
  licence: z.string().min(1),
  /** For people: an npm package with its version, or what it was trained on. */
  source: z.string().min(1),
  /** All its files, with their size in bytes and their hash in hex. */
  files: z.record(
    fileName,
    z.object({ bytes: z.int().positive(), sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is no sha256') }),
  ),
});

/** A model as it is told to people and programs; it lies beside the model's files, as `manifest.json`. */
export const modelManifest = fields.superRefine(
  ({ graphs, tflite, labels, files, background, classes, input, preprocessing }, context) => {
    const fail = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    for (const [precision, file] of Object.entries(graphs))
      if (!(file in files)) fail(['graphs', precision], `${file} is not among files`);
    if (tflite !== undefined && !(tflite in files)) fail(['tflite'], `${tflite} is not among files`);
    if (!(labels in files)) fail(['labels'], `${labels} is not among files`);
    if (background !== undefined && background >= classes) fail(['background'], 'there is no such class');
    const { shorterSide = Number.POSITIVE_INFINITY } = preprocessing;
    if (shorterSide < Math.max(input.height, input.width))
      fail(['preprocessing', 'shorterSide'], 'is smaller than what is cut out of it');
  },
);

export type ModelManifest = z.infer<typeof modelManifest>;

/** A model that is to be added. `classes` and `files` follow from its files; where they are told, they have to be right. */
export const newModel = fields.partial({ classes: true, files: true });
export type NewModel = z.infer<typeof newModel>;

/** What an engine reads of a model: a graph in one precision, or the TFLite file. */
export type Artefact = Precision | 'tflite';

/** A model on this disk. */
export interface ModelFolder {
  readonly manifest: ModelManifest;
  /** Absolute where home was. */
  readonly folder: string;
}

/** Where a model's files are: `home/models/{name}/{version}/`. */
export function modelFolder(home: string, { name, version }: { name: string; version: string }): string {
  return join(home, 'models', name, version);
}

/** The precision that a model is run in: the wanted one if it has it, int8 where none is wanted, else what it has. */
export function precisionOf({ graphs }: ModelManifest, wanted: Precision = 'int8'): Precision {
  if (graphs[wanted] !== undefined) return wanted;
  return graphs.int8 === undefined ? 'fp32' : 'int8';
}

/**
 * The files that an engine opens, the net first, the labels second. Of a precision that the model lacks it is the other's.
 *
 * @throws {ModelError} The model has no such file: no TFLite file.
 */
export function filesFor(manifest: ModelManifest, artefact?: Artefact): [net: string, labels: string] {
  const net = artefact === 'tflite' ? manifest.tflite : manifest.graphs[precisionOf(manifest, artefact)];
  if (net === undefined) throw new ModelError(`${manifest.name} is for onnx alone: it has no TFLite file`);
  return [net, manifest.labels];
}

/** The manifest of a model with no other files than these; all of them are to be had. */
export function restrictedTo(manifest: ModelManifest, names: readonly string[]): ModelManifest {
  const has = ([, file]: [string, unknown]) => typeof file === 'string' && names.includes(file);
  const { tflite, ...rest } = manifest;
  return {
    ...rest,
    ...(tflite !== undefined && names.includes(tflite) && { tflite }),
    graphs: Object.fromEntries(Object.entries(manifest.graphs).filter(has)),
    files: Object.fromEntries(Object.entries(manifest.files).filter(([name]) => names.includes(name))),
  };
}

/** The folder's manifest; undefined when there is none, or none that can be read. */
export async function readManifest(folder: string): Promise<ModelManifest | undefined> {
  try {
    return modelManifest.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Puts a manifest in place in one step, by way of a file in `temporary` on the same disk. */
export async function writeManifest(
  folder: string,
  manifest: ModelManifest,
  temporary: string,
): Promise<void> {
  const path = join(temporary, MANIFEST);
  await writeFile(path, encodeManifest(manifest));
  await rename(path, join(folder, MANIFEST));
}

export const encodeManifest = (manifest: ModelManifest): string => `${JSON.stringify(manifest, null, 2)}\n`;

/** Which of some files are not there as the manifest says, size and hash. */
export async function filesMissing(
  { manifest, folder }: ModelFolder,
  names: readonly string[],
): Promise<string[]> {
  const intact = await Promise.all(
    names.map(async (name) => {
      const expected = manifest.files[name];
      return expected !== undefined && (await isIntact(join(folder, name), expected));
    }),
  );
  return names.filter((_, i) => !intact[i]);
}
