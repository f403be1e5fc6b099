import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { isIntact } from './file-hash.ts';

const MANIFEST = 'manifest.json';

const fileRecord = z.object({ bytes: z.int().positive(), sha256: z.hex().length(64) });
const manifestSchema = z.object({ version: z.string(), files: z.record(z.string(), fileRecord) });

/** Which files of a model's folder are whole, with their sizes (bytes) and hashes (hex). */
export type Manifest = z.infer<typeof manifestSchema>;

/** The folder's manifest; undefined when there is none, or none that can be read. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Puts a manifest in place in one step, by way of a file in `temporary` on the same disk. */
export async function writeManifest(folder: string, manifest: Manifest, temporary: string): Promise<void> {
  const path = join(temporary, MANIFEST);
  await writeFile(path, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(path, join(folder, MANIFEST));
}

/** Whether each of some files is there as the manifest says, size and hash. */
export async function areIntact(
  folder: string,
  manifest: Manifest,
  names: readonly string[],
): Promise<boolean> {
  for (const name of names) {
    const expected = manifest.files[name];
    if (expected === undefined || !(await isIntact(join(folder, name), expected))) return false;
  }
  return true;
}
