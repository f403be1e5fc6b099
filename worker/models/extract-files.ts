import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

/**
 * Streams some files out of a `.tgz`; the others are passed over.
 *
 * @param wanted New name by path in the tarball. What the tarball lacks is not written, and no error.
 */
export async function extractFiles(
  tarball: string,
  folder: string,
  wanted: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): Promise<void> {
  const entries = extract();
  const unpacking = pipeline(createReadStream(tarball), createGunzip(), entries, { signal });
  const saving = (async () => {
    for await (const entry of entries) {
      const name = wanted.get(entry.header.name);
      if (name === undefined) entry.resume();
      else await pipeline(entry, createWriteStream(join(folder, name)));
    }
  })();
  await Promise.all([unpacking, saving]);
}
