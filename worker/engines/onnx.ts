import type { InputSize } from './engine.ts';
import { InferenceSession, Tensor } from './onnxruntime.ts';
import type { Session } from './session.ts';

/**
 * onnxruntime with one thread: one such session in each inference thread is under load about a tenth faster
 * than one session with as many threads. A lone image is quicker with more: for it there is a second session.
 *
 * @param path An ONNX file with the contract of `convert`; its precision is the session's.
 * @param loneThreads Put on an image that is alone; 1: no second session.
 */
export async function openOnnxSession(
  path: string,
  { height, width }: InputSize,
  loneThreads: number,
): Promise<Session> {
  const loaded = await createSession(path, 1);
  const lone = loneThreads > 1 ? await createSession(path, loneThreads) : loaded;
  return {
    async classify(images, count, alone) {
      const input = new Tensor('uint8', images, [count, height, width, 3]);
      const { probabilities } = await (alone ? lone : loaded).run({ input });
      if (!(probabilities?.data instanceof Float32Array)) throw new Error('the model has no probabilities');
      // A copy: memory that onnxruntime owns cannot be transferred.
      return new Float32Array(probabilities.data);
    },
    async close() {
      await loaded.release();
      if (lone !== loaded) await lone.release();
    },
  };
}

const createSession = (path: string, threads: number): Promise<InferenceSession> =>
  InferenceSession.create(path, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // It would keep a block for all that a run needs, beside the blocks that the first run took: 6 MB for nothing.
    enableMemPattern: false,
    // A thread that spins while it waits gains 4 ms where the cores have nothing else to do, and loses 40 where they have.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
