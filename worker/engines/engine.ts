import type { Precision } from '../models/lowering.ts';
import type { ModelManifest } from '../models/manifest.ts';
import { bytesOf } from '../view.ts';

/** Height and width of the images that a model takes, in pixels. */
export type InputSize = ModelManifest['input'];

/**
 * What classifies. Life: `load`, `warmUp`, any number of `classify` at once, `dispose`. The contract that
 * every engine passes is `engine-contract.test.ts`.
 */
export interface Engine {
  readonly name: 'onnx' | 'tfjs-node' | 'tfjs-wasm' | 'echo';
  /** Of the model that it runs. */
  readonly manifest: ModelManifest;
  readonly precision: Precision;
  /** How many `classify` run at the same time; more wait in the order they came. */
  readonly threads: number;
  /** How many cores an image takes that is classified `alone`. */
  readonly loneThreads: number;
  /** Names of the classes by index. */
  readonly labels: readonly string[];

  /** Gets everything ready that `classify` needs. Rejects when the engine cannot be used. A second call does nothing. */
  load(): Promise<void>;
  /** Runs once on every thread: first runs are slower. Rejects where the net does not fit its manifest. */
  warmUp(): Promise<void>;
  /**
   * @param images `count` images one after the other, [count, height, width, 3], RGB bytes. They are
   *   read until the run ends.
   * @param alone Nothing else is under way or waits: where the engine can, it puts `loneThreads` cores on it.
   * @returns [count, classes], each row 0..1 with sum 1.
   * @throws {EngineError} The run failed; the engine itself stays usable.
   */
  classify(images: Uint8Array, count: number, alone?: boolean): Promise<Float32Array>;
  /** Lets what runs finish, rejects what waits, and ends the threads. A second call does nothing. */
  dispose(): Promise<void>;
}

/** A run failed, its thread died, or the engine is closed. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

/** @throws {EngineError} The images are not of the size that their count says. */
export function checkImages(images: Uint8Array, count: number, input: InputSize): void {
  if (count < 1 || images.length !== count * bytesOf(input)) {
    const { width, height } = input;
    throw new EngineError(`${images.length} bytes are not ${count} images of ${width}×${height} RGB`);
  }
}
