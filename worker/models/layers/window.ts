import * as z from 'zod';
import type { Attribute } from '../onnx-writer.ts';
import { paddingBy } from '../sliding-window.ts';
import type { Planes } from './value.ts';

/** [height, width], or one number for both. */
export const pair = z.union([
  z.tuple([z.int().positive(), z.int().positive()]),
  z
    .int()
    .positive()
    .transform((size): [number, number] => [size, size]),
]);

/** What convolutions and pools share in their configuration. */
export const slidingConfig = {
  strides: pair,
  padding: z.enum(['same', 'valid']),
  data_format: z.literal('channels_last').nullish(),
};

export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: 'same' | 'valid';
  readonly dilations?: readonly [number, number];
}

/** ONNX's attributes of a window that slides over planes, and how large they are after it. */
export function slide(planes: Planes, { kernel, strides, padding, dilations = [1, 1] }: Window) {
  const along = (axis: 0 | 1, size: number) => {
    const extent = (kernel[axis] - 1) * dilations[axis] + 1;
    const pad = paddingBy(padding, size, extent, strides[axis]);
    return {
      before: pad >> 1,
      after: pad - (pad >> 1),
      size: Math.floor((size + pad - extent) / strides[axis]) + 1,
    };
  };
  const [rows, columns] = [along(0, planes.height), along(1, planes.width)];
  const attributes: Record<string, Attribute> = {
    kernel_shape: kernel,
    strides,
    pads: [rows.before, columns.before, rows.after, columns.after],
    ...(dilations.some((dilation) => dilation > 1) && { dilations }),
  };
  return { attributes, height: rows.size, width: columns.size };
}
