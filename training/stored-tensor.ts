import type { Tensor } from '@tensorflow/tfjs';

/** A tensor's values away from the backend. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export async function stored(tensors: readonly Tensor[]): Promise<StoredTensor[]> {
  return Promise.all(
    // A copy: with some backends the data is a view of memory that is used again.
    tensors.map(async (tensor) => ({ shape: tensor.shape, data: Float32Array.from(await tensor.data()) })),
  );
}
