import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { constantSchemaKeys } from './constant-schema-keys.ts';

/**
 * Bundles the worker program, whole as it is deployed but for its native packages.
 * @returns the path of its entry, `…/worker/main.mjs`
 */
export async function buildWorker(): Promise<string> {
  const folder = await bundle({
    // Side by side, for the main program starts its threads and its decoder by the file's name.
    entryPoints: {
      'worker/main': 'worker/main.ts',
      'worker/inference-thread': 'worker/engines/inference-thread.ts',
      'worker/building-thread': 'worker/models/building-thread.ts',
      'worker/decoder-process': 'worker/decoder-process.ts',
    },
    external: ['onnxruntime-node', 'sharp', '@tensorflow/*'],
    // Both let esbuild drop what is unused of the AWS SDK: a third of a worker's start, and 25 MB of its memory.
    mainFields: ['module', 'main'],
    plugins: [constantSchemaKeys],
    // A few packages are CommonJS still, and require Node's own modules.
    banner: {
      js: "import { createRequire as _createRequire } from 'node:module'; const require = _createRequire(import.meta.url);",
    },
  });
  return join(folder, 'worker', 'main.mjs');
}
