/** A tensor of the source model. `real = scale · (stored − zeroPoint)`; activations and weights are uint8. */
export interface Tensor {
  readonly name: string;
  /** Activations [1, height, width, channels]; weights [out, height, width, in]; biases [out]. */
  readonly shape: readonly number[];
  /** Undefined where the tensor is not quantised (a reshape's target shape). */
  readonly scale: number | undefined;
  readonly zeroPoint: number;
  /** Constants only: weights as uint8, biases as little-endian int32. */
  readonly data: Buffer | undefined;
}

/** TFLite's names: `same` pads until `out = ceil(in / stride)`, `valid` pads nothing. */
export type Padding = 'same' | 'valid';

/** A window that slides over height and width: what convolutions and pools share. Pairs are [height, width]. */
interface Sliding {
  readonly input: Tensor;
  readonly output: Tensor;
  readonly strides: readonly [number, number];
  readonly padding: Padding;
}

export interface Convolution extends Sliding {
  readonly kind: 'conv';
  readonly weights: Tensor;
  readonly bias: Tensor;
  /** A ReLU or ReLU6 is fused in; uint8 carries it by saturating at zero point 0. */
  readonly activated: boolean;
}

export interface Pool extends Sliding {
  readonly kind: 'average-pool' | 'max-pool';
  readonly kernel: readonly [number, number];
}

export interface Concatenation {
  readonly kind: 'concat';
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
}

export interface Reshape {
  readonly kind: 'reshape';
  readonly input: Tensor;
  readonly output: Tensor;
}

export type Operator = Convolution | Pool | Concatenation | Reshape;

/** One graph, its operators in an order in which they can be run. */
export interface TfliteModel {
  readonly input: Tensor;
  readonly output: Tensor;
  readonly operators: readonly Operator[];
}
