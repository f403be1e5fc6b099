import { createRequire as requireFrom } from 'node:module';
import type * as tfjs from '@tensorflow/tfjs';

export type Tf = typeof tfjs;

/** `node` is TensorFlow's C library by way of @tensorflow/tfjs-node, `wasm` WebAssembly with SIMD. */
export type TfjsBackend = 'node' | 'wasm';

const NATIVE = '@tensorflow/tfjs-node';

// Not `import`: that would draw these CommonJS packages, with the files they look for, into the worker's bundle.
const load = requireFrom(import.meta.url);

/** Whether @tensorflow/tfjs-node is there; it is optional. */
export function isNativeInstalled(): boolean {
  try {
    load.resolve(NATIVE);
    return true;
  } catch {
    return false;
  }
}

/**
 * TensorFlow.js with the backend named, tried out.
 *
 * @throws {Error} The backend is not installed, or does not work with this Node.
 */
export async function loadTfjs(backend: TfjsBackend): Promise<Tf> {
  const tf = backend === 'node' ? loadNative() : await loadWebAssembly();
  tf.enableProdMode();
  tryOut(tf);
  return tf;
}

function loadNative(): Tf {
  if (!isNativeInstalled()) throw new Error(`${NATIVE} is not installed; npm run engine:tfjs-node does it`);
  // Read by TensorFlow as it starts. One thread, since there is a session for each; and no notes on its build.
  process.env.TF_NUM_INTRAOP_THREADS ??= '1';
  process.env.TF_NUM_INTEROP_THREADS ??= '1';
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  process.noDeprecation = true; // for this thread: Node 22 has a word to say about what tfjs-node calls
  return load(NATIVE);
}

async function loadWebAssembly(): Promise<Tf> {
  const tf: Tf = load('@tensorflow/tfjs');
  load('@tensorflow/tfjs-backend-wasm');
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend does not start');
  return tf;
}

/** tfjs-node loads under Node 24 but calls what Node 23 took away: better told now than by every image. */
function tryOut(tf: Tf): void {
  tf.tidy(() => {
    const one = tf.tensor4d([1], [1, 1, 1, 1]);
    return tf.conv2d(one, one, 1, 'same');
  });
}
