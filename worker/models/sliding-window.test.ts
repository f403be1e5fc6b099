import { expect, it } from 'vitest';
import { windowAttributes } from './sliding-window.ts';
import type { Padding, Pool, Tensor } from './tflite-model.ts';

const tensor = (shape: number[]): Tensor => ({ name: 't', shape, scale: 1, zeroPoint: 0, data: undefined });

function pool(size: number, kernel: number, stride: number, padding: Padding): Pool {
  const input = tensor([1, size, size, 8]);
  return {
    kind: 'max-pool',
    input,
    output: input,
    kernel: [kernel, kernel],
    strides: [stride, stride],
    padding,
  };
}

it('an even padding is shared out, an odd row goes to the end', () => {
  expect(windowAttributes(pool(35, 3, 1, 'same')).pads).toEqual([1, 1, 1, 1]);
  expect(windowAttributes(pool(300, 3, 2, 'same')).pads).toEqual([0, 0, 1, 1]);
});

it('valid pads nothing', () => {
  expect(windowAttributes(pool(299, 3, 2, 'valid')).pads).toEqual([0, 0, 0, 0]);
});
