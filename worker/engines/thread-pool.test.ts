import { afterEach, expect, it } from 'vitest';
import { InferenceThread } from './inference-thread-handle.ts';
import { ThreadPool } from './thread-pool.ts';

/** A real thread that answers a job with its first byte, dies of a 1, and cannot start when told so. */
const THREAD = `
  import { parentPort, workerData, threadId } from 'node:worker_threads';
  if (workerData.modelPath === 'missing') throw new Error('no such model');
  parentPort.on('message', (request) => {
    if (request.type === 'close') return parentPort.close();
    if (request.images[0] === 1) process.exit(3);
    if (request.images[0] === 2) return parentPort.postMessage({ type: 'failed', message: 'bad image', images: request.images });
    const cores = request.alone ? workerData.loneThreads : 1;
    const probabilities = Float32Array.of(request.images[0], threadId, cores);
    parentPort.postMessage({ type: 'result', probabilities, images: request.images });
  });
  parentPort.postMessage({ type: 'ready' });
`;

let pool: ThreadPool;
let started = 0;
let threads: InferenceThread[] = [];
afterEach(() => pool.close());

function makePool(size: number, modelPath: () => string = () => 'model'): ThreadPool {
  started = 0;
  threads = [];
  pool = new ThreadPool(size, (first) => {
    started++;
    const url = new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`);
    const thread = new InferenceThread(url, {
      engine: 'onnx',
      modelPath: modelPath(),
      input: { height: 1, width: 1 },
      loneThreads: first ? 2 : 1,
    });
    threads.push(thread);
    return thread;
  });
  return pool;
}

const job = (value: number, alone = false) => pool.run(Uint8Array.of(value), 1, alone);

it('every job gets its own answer, and all threads take part', async () => {
  await makePool(2).start();
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => job(10 + i)));
  expect(answers.map(([value]) => value)).toEqual(Array.from({ length: 40 }, (_, i) => 10 + i));
  expect(new Set(answers.map(([, thread]) => thread)).size).toBe(2);
});

it('a thread that dies fails its own job alone and is started again', async () => {
  await makePool(1).start();
  const [dead, next] = await Promise.allSettled([job(1), job(7)]);
  expect(dead).toMatchObject({ status: 'rejected', reason: { name: 'EngineError' } });
  expect(dead).toMatchObject({ reason: { message: 'an inference thread died: exit code 3' } });
  expect(next).toMatchObject({ status: 'fulfilled', value: { 0: 7 } });
  expect(started).toBe(2);
});

it('what is alone goes to the thread that has more cores for it', async () => {
  await makePool(2).start();
  const coresFor = async (alone: boolean) => (await job(9, alone))[2];
  expect([await coresFor(true), await coresFor(false), await coresFor(true)]).toEqual([2, 1, 2]);
});

it('a thread that takes the place of the first has as many cores for what is alone', async () => {
  await makePool(1).start();
  await expect(job(1, true)).rejects.toThrow('died');
  expect((await job(9, true))[2]).toBe(2);
});

it('a run that fails leaves its thread in service', async () => {
  await makePool(1).start();
  await expect(job(2)).rejects.toThrow('inference failed: bad image');
  expect((await job(8))[0]).toBe(8);
  expect(started).toBe(1);
});

it('a thread that cannot start is tried again once for the next job, not for ever', async () => {
  let modelPath = 'model';
  await makePool(1, () => modelPath).start();
  modelPath = 'missing';
  const [dead, waiting] = await Promise.allSettled([job(1), job(5)]);
  expect([dead.status, waiting.status]).toEqual(['rejected', 'rejected']);
  expect(waiting).toMatchObject({ reason: { message: 'an inference thread died: no such model' } });
  expect(started).toBe(2);
  modelPath = 'model';
  expect((await job(9))[0]).toBe(9);
  expect(started).toBe(3);
});

it('a start that fails says why and ends the threads that did start', async () => {
  let first = true;
  const paths = () => {
    const path = first ? 'model' : 'missing';
    first = false;
    return path;
  };
  await expect(makePool(2, paths).start()).rejects.toThrow('no such model');
  await expect(job(3)).rejects.toThrow('the engine is closed');
  expect(threads.map(({ alive }) => alive)).toEqual([false, false]);
});

it('closing lets what runs finish and rejects what waits', async () => {
  await makePool(1).start();
  const [running, waiting] = [job(4), job(5)];
  const outcomes = Promise.allSettled([running, waiting]);
  await pool.close();
  expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(threads.map(({ alive }) => alive)).toEqual([false]);
});
