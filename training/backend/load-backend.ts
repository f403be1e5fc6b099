import { availableParallelism } from 'node:os';
import { isNativeInstalled, loadTfjs, type Tf } from '../../worker/engines/tfjs-backend.ts';
import { registerWasmKernels } from './wasm-kernels.ts';

/** `node` is TensorFlow's C library by way of @tensorflow/tfjs-node, `wasm` WebAssembly with SIMD. */
export const BACKENDS = ['node', 'wasm'] as const;
export type BackendName = (typeof BACKENDS)[number];

/**
 * TensorFlow.js with a backend that trains; unset, the fastest there is. tfjs-node puts all cores on it,
 * WebAssembly one.
 *
 * @throws {Error} It is not installed, or does not work with this Node.
 */
export async function loadBackend(asked?: BackendName): Promise<{ tf: Tf; backend: BackendName }> {
  const backend = asked ?? (isNativeInstalled() ? 'node' : 'wasm');
  process.env.TF_NUM_INTRAOP_THREADS ??= String(availableParallelism());
  const tf = await loadTfjs(backend);
  if (backend === 'wasm') registerWasmKernels(tf);
  return { tf, backend };
}
