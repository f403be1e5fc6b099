// Entry of an inference thread: one session, one job at a time. `run()` blocks its thread, hence a thread.
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ThreadData, ThreadReply, ThreadRequest } from './inference-messages.ts';

const port = parentPort;
if (port === null) throw new Error('inference-thread runs in a worker thread');

const { modelPath }: ThreadData = workerData;
const session = await InferenceSession.create(modelPath, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
});

port.on('message', async (request: ThreadRequest) => {
  if (request.type === 'close') {
    await session.release();
    port.close();
    return;
  }
  const reply = await answer(request.images, request.count);
  port.postMessage(reply, reply.type === 'result' ? [reply.probabilities.buffer] : []);
});
port.postMessage({ type: 'ready' } satisfies ThreadReply);

type Answer =
  | { type: 'result'; probabilities: Float32Array<ArrayBuffer> }
  | Extract<ThreadReply, { type: 'failed' }>;

async function answer(images: Uint8Array, count: number): Promise<Answer> {
  try {
    const input = new Tensor('uint8', images, [count, 299, 299, 3]);
    const { probabilities } = await session.run({ input });
    if (!(probabilities?.data instanceof Float32Array)) throw new Error('the model has no probabilities');
    // A copy: memory that onnxruntime owns cannot be transferred.
    return { type: 'result', probabilities: new Float32Array(probabilities.data) };
  } catch (error) {
    return { type: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}
