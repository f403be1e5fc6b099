// Entry of an inference thread: one session, one job at a time. A run blocks its thread, hence a thread.
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadAnswer, ThreadData, ThreadReply, ThreadRequest } from './inference-messages.ts';
import type { Session } from './session.ts';

const port = parentPort;
if (port === null) throw new Error('inference-thread runs in a worker thread');

const session = await openSession(workerData);

port.on('message', async (request: ThreadRequest) => {
  if (request.type === 'close') {
    await session.close();
    port.close();
    return;
  }
  const reply = await answer(request);
  const buffers = [request.images.buffer];
  if (reply.type === 'result') buffers.push(reply.probabilities.buffer);
  port.postMessage(reply, buffers);
});
port.postMessage({ type: 'ready' } satisfies ThreadReply);

/** Imports the one engine that is asked for: another need not load on this machine. */
async function openSession({ engine, modelPath, input, loneThreads }: ThreadData): Promise<Session> {
  if (engine === 'onnx') {
    const { openOnnxSession } = await import('./onnx.ts');
    return openOnnxSession(modelPath, input, loneThreads);
  }
  const { openTfjsSession } = await import('./tfjs.ts');
  return openTfjsSession(engine === 'tfjs-node' ? 'node' : 'wasm', modelPath);
}

async function answer({
  images,
  count,
  alone,
}: Extract<ThreadRequest, { type: 'classify' }>): Promise<ThreadAnswer> {
  try {
    return { type: 'result', images, probabilities: await session.classify(images, count, alone) };
  } catch (error) {
    return { type: 'failed', images, message: error instanceof Error ? error.message : String(error) };
  }
}
