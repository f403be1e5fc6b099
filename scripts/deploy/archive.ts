import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { extract, pack } from 'tar-stream';

/** A file of an archive. */
export interface ArchiveFile {
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}
/** By their paths, which have neither a leading slash nor a dot. */
export type ArchiveFiles = ReadonlyMap<string, ArchiveFile>;

/** An archive on the disk. */
export interface Archive {
  readonly path: string;
  /** sha256 of the tar stream within, hexadecimal: of what is in it, not of how it was compressed. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Writes `{sha256}.tar.gz` into a folder. The same files give the same hash, whoever packs them and when: they are sorted,
 * and have no owners and no dates. One that is there is not written again.
 */
export async function writeArchive(files: ArchiveFiles, folder: string): Promise<Archive> {
  const hash = createHash('sha256');
  for await (const chunk of tarOf(files)) hash.update(chunk);
  const sha256 = hash.digest('hex');
  const path = join(folder, `${sha256}.tar.gz`);
  const known = await stat(path).catch(() => undefined);
  if (known) return { path, sha256, bytes: known.size };

  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  try {
    await pipeline(tarOf(files), createGzip({ level: 6 }), createWriteStream(unfinished));
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
  return { path, sha256, bytes: (await stat(path)).size };
}

function tarOf(files: ArchiveFiles): Readable {
  const tar = pack();
  for (const name of [...files.keys()].sort()) {
    const file = files.get(name);
    if (file === undefined) continue;
    tar.entry({ name, mode: file.executable ? 0o755 : 0o644, mtime: new Date(0) }, Buffer.from(file.bytes));
  }
  tar.finalize();
  return Readable.from(tar);
}

/** The files of a `.tgz` for which `pathFor` has a new path, by that path. */
export async function readTarball(
  tarball: string,
  pathFor: (path: string) => string | undefined,
): Promise<Map<string, ArchiveFile>> {
  const entries = extract();
  const files = new Map<string, ArchiveFile>();
  const unpacking = pipeline(createReadStream(tarball), createGunzip(), entries);
  const reading = (async () => {
    for await (const entry of entries) {
      const { name, type, mode = 0 } = entry.header;
      const path = type === 'file' ? pathFor(name) : undefined;
      if (path === undefined) {
        entry.resume();
        continue;
      }
      files.set(path, { bytes: await buffer(entry), executable: (mode & 0o100) !== 0 });
    }
  })();
  await Promise.all([unpacking, reading]);
  return files;
}
