import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MODEL, SOURCE_FILES, SOURCE_NAMES } from './catalogue.ts';
import { convert } from './convert.ts';
import { fetchWeights } from './fetch-weights.ts';
import { isIntact } from './file-hash.ts';
import type { Precision } from './lowering.ts';
import { readManifest, writeManifest } from './manifest.ts';
import type { ProgressReporter } from './progress.ts';
import { readTflite } from './tflite.ts';

const TEMPORARY = '.building-';
const STALE_AFTER_MS = 60 * 60 * 1000;

/** Where the files of the one model are, `home/models/<name>/<version>/`. */
export function modelFolder(home: string): string {
  return join(home, 'models', MODEL.name, MODEL.version);
}

/**
 * Makes a model's files in its folder: the sources, fetched unless they are there and whole, and one ONNX
 * file. Each is made in a temporary folder beside and renamed into place; the manifest comes last. Every file
 * is the same bytes whoever makes it, so two processes at it replace like by like.
 */
export async function buildModel(
  folder: string,
  precision: Precision,
  progress: ProgressReporter,
  signal?: AbortSignal,
): Promise<void> {
  await inTemporaryFolder(folder, async (temporary) => {
    await ensureSources(folder, temporary, progress, signal);
    signal?.throwIfAborted();

    progress.report('converting');
    const onnx = convert(readTflite(await readFile(join(folder, 'graph.lite'))), precision);
    const name = onnxName(precision);
    await writeFile(join(temporary, name), onnx);
    await rename(join(temporary, name), join(folder, name));

    const made = { bytes: onnx.length, sha256: createHash('sha256').update(onnx).digest('hex') };
    const before = await readManifest(folder);
    const files = { ...before?.files, ...sourceRecords(), [name]: made };
    await writeManifest(folder, { version: MODEL.version, files }, temporary);
  });
}

/** The part of {@link buildModel} that needs no conversion: the sources, fetched unless they are there. */
export async function fetchSources(
  folder: string,
  progress: ProgressReporter,
  signal?: AbortSignal,
): Promise<void> {
  await inTemporaryFolder(folder, (temporary) => ensureSources(folder, temporary, progress, signal));
}

export function onnxName(precision: Precision): string {
  return `${precision}.onnx`;
}

/** Removes what a build that was killed left behind. Failing to is no reason not to start. */
export async function removeStaleBuilds(folder: string, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((entry) => entry.startsWith(TEMPORARY))) {
    const path = join(folder, name);
    const changedAt = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => now,
    );
    if (now - changedAt > STALE_AFTER_MS) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

/** Whether the files that are fetched are all there, size and hash. */
export async function hasSources(folder: string): Promise<boolean> {
  const intact = await Promise.all(
    SOURCE_NAMES.map((name) => isIntact(join(folder, name), SOURCE_FILES[name])),
  );
  return intact.every(Boolean);
}

async function inTemporaryFolder(folder: string, task: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporary = await mkdtemp(join(folder, TEMPORARY));
  try {
    await task(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function ensureSources(
  folder: string,
  temporary: string,
  progress: ProgressReporter,
  signal?: AbortSignal,
): Promise<void> {
  if (await hasSources(folder)) return;
  await fetchWeights(temporary, progress, signal);
  for (const name of SOURCE_NAMES) await rename(join(temporary, name), join(folder, name));
}

function sourceRecords(): Record<string, { bytes: number; sha256: string }> {
  return Object.fromEntries(
    SOURCE_NAMES.map((name) => [
      name,
      { bytes: SOURCE_FILES[name].bytes, sha256: SOURCE_FILES[name].sha256 },
    ]),
  );
}
