import type { Attribute } from './onnx-writer.ts';
import type { Convolution, Padding, Pool } from './tflite-model.ts';

/**
 * Kernel, strides and pads as ONNX attributes. Where `same` needs an odd number of rows or columns, TFLite
 * puts the odd one at the end, which `auto_pad` of ONNX leaves to name; so pads are written out.
 */
export function windowAttributes(operator: Convolution | Pool): Record<string, Attribute> {
  const kernel = operator.kind === 'conv' ? kernelOf(operator) : operator.kernel;
  const [, height = 0, width = 0] = operator.input.shape;
  const total = [
    paddingBy(operator.padding, height, kernel[0], operator.strides[0]),
    paddingBy(operator.padding, width, kernel[1], operator.strides[1]),
  ];
  const before = total.map((pad) => pad >> 1);
  const after = total.map((pad) => pad - (pad >> 1));
  return { kernel_shape: kernel, strides: operator.strides, pads: [...before, ...after] };
}

function kernelOf({ weights }: Convolution): readonly [number, number] {
  const [, height = 1, width = 1] = weights.shape;
  return [height, width];
}

/** Rows or columns of padding in all, before and after. */
export function paddingBy(padding: Padding, size: number, kernel: number, stride: number): number {
  if (padding === 'valid') return 0;
  return Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
}
