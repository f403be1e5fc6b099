/**
 * What flows between layers, by its name in the graph. TensorFlow has planes as [N, height, width, channels], ONNX as
 * [N, channels, height, width]; here they always lie as ONNX has them. A vector is [N, size].
 */
export type Value = Planes | Vector;

export interface Planes {
  readonly kind: 'planes';
  readonly name: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export interface Vector {
  readonly kind: 'vector';
  readonly name: string;
  readonly size: number;
}

/** How many there are of what lies on the last axis in TensorFlow's order, and on axis 1 in ONNX's. */
export function channelsOf(value: Value): number {
  return value.kind === 'planes' ? value.channels : value.size;
}
