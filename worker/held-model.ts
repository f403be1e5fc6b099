import type { Engine } from './engines/engine.ts';
import type { ModelManifest } from './models/manifest.ts';

/** A model that is ready to classify. */
export interface LoadedModel {
  readonly manifest: ModelManifest;
  readonly engine: Engine;
  /** Names of the classes by index. */
  readonly labels: readonly string[];
}

let uses = 0;

/** A loaded model that jobs take leases of. Once it is retired none is given any more, and with the last it goes. */
export class HeldModel {
  readonly model: LoadedModel;
  /** What it takes, in MB. */
  readonly memoryMb: number;
  /** Resolves when its memory is free again. */
  readonly gone: Promise<void>;
  /** Grows with each use: tells which of several was used last. */
  usedAt = 0;
  #leases = 0;
  #retired = false;
  #dispose: () => void = () => {};

  constructor(model: LoadedModel, memoryMb: number) {
    this.model = model;
    this.memoryMb = memoryMb;
    const left = new Promise<void>((resolve) => {
      this.#dispose = resolve;
    });
    // Threads that cannot be ended have died, and their memory with them.
    this.gone = left.then(() => model.engine.dispose()).catch(() => {});
    this.use();
  }

  get isRetired(): boolean {
    return this.#retired;
  }

  get isFree(): boolean {
    return this.#leases === 0;
  }

  use(): void {
    this.usedAt = ++uses;
  }

  /** Keeps it until it is released; not to be called of one that is retired. @returns releases it, once */
  lease(): () => void {
    this.use();
    this.#leases++;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#leases--;
      if (this.#retired && this.isFree) this.#dispose();
    };
  }

  /** Lets it go with its last lease. */
  retire(): Promise<void> {
    this.#retired = true;
    if (this.isFree) this.#dispose();
    return this.gone;
  }

  /** Disposes of it whoever holds it: what runs is finished, what waits fails. */
  end(): Promise<void> {
    this.#retired = true;
    this.#dispose();
    return this.gone;
  }
}
