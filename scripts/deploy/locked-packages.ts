import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { PinnedPackage } from './platform.ts';

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), integrity: z.string().optional() }),
  ),
});

/**
 * The packages of these names, with the versions and hashes that package-lock.json pins.
 * @throws Error naming one that the lock file does not pin
 */
export async function lockedPackages(root: string, names: readonly string[]): Promise<PinnedPackage[]> {
  const { packages } = lockFile.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')));
  return names.map((name) => {
    const { version, integrity } = packages[`node_modules/${name}`] ?? {};
    if (version === undefined || integrity === undefined)
      throw new Error(`package-lock.json does not pin ${name}, which the worker needs`);
    return { name, version, integrity };
  });
}
