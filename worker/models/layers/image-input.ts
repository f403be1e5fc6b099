import * as z from 'zod';
import { DataType, type OnnxGraph } from '../onnx-writer.ts';
import type { Layer } from './layer.ts';
import type { Planes, Value } from './value.ts';

/** What becomes of an image's bytes before a model reads them: `byte · scale + offset`. */
export interface ImageInput {
  /** With one channel the model is given grey, made within the graph: every model takes RGB. */
  readonly input: { readonly height: number; readonly width: number; readonly channels: 1 | 3 };
  readonly scale: number;
  readonly offset: number;
}

/** Brightness of red, green and blue by ITU-R BT.601, which is what JPEG has as its Y. They sum to 1. */
const REC_601 = [0.299, 0.587, 0.114];

/**
 * The planes that a model's first layer reads.
 *
 * @param bytes Name of the image, uint8 [N, height, width, 3].
 */
export function imagePlanes(graph: OnnxGraph, bytes: string, { input, scale, offset }: ImageInput): Planes {
  const planes = graph.node('Transpose', [bytes], 'input:planes', { perm: [0, 3, 1, 2] });
  const floats = graph.node('Cast', [planes], 'input:float', { to: DataType.float });
  const size = { kind: 'planes', ...input } as const;
  if (input.channels === 1) {
    const weights = Float32Array.from(REC_601, (weight) => weight * scale);
    const kernel = graph.constant('input:grey', DataType.float, [1, 3, 1, 1], Buffer.from(weights.buffer));
    const bias = graph.constant('input:offset', DataType.float, [1], floatBytes(offset));
    return { ...size, name: graph.node('Conv', [floats, kernel, bias], 'input:real') };
  }
  const scaled = graph.node('Mul', [floats, graph.floatConstant('input:scale', scale)], 'input:scaled');
  const name = graph.node('Add', [scaled, graph.floatConstant('input:offset', offset)], 'input:real');
  return { ...size, name };
}

const dimension = z.int().positive().nullable();
const inputShape = z.object({
  batch_input_shape: z.array(dimension).optional(),
  batch_shape: z.array(dimension).optional(),
});

/** @throws {ModelFormatError} The layer is made for an image of another size than the one it is given. */
export function checkInput(layer: Layer, image: Value): void {
  const { batch_input_shape: older, batch_shape: newer } = layer.config(inputShape);
  const wanted = (older ?? newer)?.slice(1);
  const given = image.kind === 'planes' ? [image.height, image.width, image.channels] : [image.size];
  if (
    wanted &&
    (wanted.length !== given.length || wanted.some((size, i) => size !== null && size !== given[i]))
  ) {
    layer.fail(`it takes ${wanted.join('×')}, and is given ${given.join('×')}`);
  }
}

function floatBytes(value: number): Buffer {
  return Buffer.from(Float32Array.of(value).buffer);
}
