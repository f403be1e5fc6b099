import type { InputSize } from './engine.ts';

/** What a thread is started with. */
export interface ThreadData {
  readonly engine: 'onnx' | 'tfjs-node' | 'tfjs-wasm';
  /** Path of the file that the engine reads: ONNX or TFLite. */
  readonly modelPath: string;
  /** Of the images that it takes. */
  readonly input: InputSize;
  /** Threads that it puts on an image that is alone; for onnx. */
  readonly loneThreads: number;
}

/** To a thread. Without a job it is told to end. */
export type ThreadRequest =
  | {
      readonly type: 'classify';
      readonly images: Uint8Array<ArrayBuffer>;
      readonly count: number;
      readonly alone: boolean;
    }
  | { readonly type: 'close' };

/** From a thread: `ready` once, then one answer a job. */
export type ThreadReply = { readonly type: 'ready' } | ThreadAnswer;

/** The images go back with it, for their memory to be used again. */
export type ThreadAnswer = { readonly images: Uint8Array<ArrayBuffer> } & (
  | { readonly type: 'result'; readonly probabilities: Float32Array<ArrayBuffer> }
  | { readonly type: 'failed'; readonly message: string }
);
