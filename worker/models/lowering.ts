import type { OnnxGraph } from './onnx-writer.ts';
import type { Convolution, Pool, Tensor } from './tflite-model.ts';

/** Arithmetic of the converted model. */
export type Precision = 'int8' | 'fp32';

/**
 * How one precision writes down what differs between precisions. Values that pass between operators are
 * floats in both; the int8 form rounds them, and onnxruntime fuses that rounding into integer operators.
 */
export interface Lowering {
  /** The image's bytes [N, 3, height, width] as the first operator wants them. */
  image(graph: OnnxGraph, bytes: string, tensor: Tensor): string;
  /** A convolution with its fused activation; `x` is the name of its input. */
  conv(graph: OnnxGraph, x: string, operator: Convolution): string;
  /** What an average pool reads in place of its input `x`: the same values. */
  beforeAveragePool(graph: OnnxGraph, x: string, pool: Pool): string;
  /** What an operator's output goes through before the next one reads it. */
  rounded(graph: OnnxGraph, value: string, tensor: Tensor): string;
}
