import type { Checksums } from './checksums.ts';
import type { CorsRule } from './cors.ts';

/** An object as it was put. */
export interface StoredObject {
  readonly body: Buffer;
  /** Quoted hexadecimal MD5 of the body. */
  readonly etag: string;
  readonly modifiedAt: Date;
  /** Content type, cache control, user metadata and the like, as they are given back. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksums: Checksums;
}

/** A bucket: objects by key, listed in the order of their keys. */
export class Bucket {
  readonly name: string;
  readonly createdAt = new Date();
  corsRules: readonly CorsRule[] = [];
  #objects = new Map<string, StoredObject>();
  #sortedKeys: string[] | undefined;

  constructor(name: string) {
    this.name = name;
  }

  get isEmpty(): boolean {
    return this.#objects.size === 0;
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  put(key: string, object: StoredObject): void {
    if (!this.#objects.has(key)) this.#sortedKeys = undefined;
    this.#objects.set(key, object);
  }

  delete(key: string): void {
    if (this.#objects.delete(key)) this.#sortedKeys = undefined;
  }

  /** The keys in order, kept until one is added or taken away. */
  get keys(): readonly string[] {
    this.#sortedKeys ??= [...this.#objects.keys()].sort();
    return this.#sortedKeys;
  }
}
