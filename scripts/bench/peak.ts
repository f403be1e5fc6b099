import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from '../../worker/engines/onnxruntime.ts';
import type { Precision } from '../../worker/models/lowering.ts';
import { DataType, OnnxGraph } from '../../worker/models/onnx-writer.ts';

/** [channels, side of the image]: where the runtime was found to be fastest, in one precision or the other. */
const SHAPES = [
  [256, 32],
  [512, 16],
] as const;
const KERNEL = 3;
const MEASURED_MS = 1_000;

/**
 * What this machine does at best, in 10⁹ multiplications and additions a second: one 3×3 convolution, the shape of work
 * that onnxruntime is fastest at, on all cores; the best run of all, of two shapes. In int8 it multiplies uint8 by int8,
 * like the net.
 */
export async function measurePeakGops(precision: Precision): Promise<number> {
  const gops: number[] = [];
  for (const [channels, side] of SHAPES) gops.push(await measureConvolution(precision, channels, side));
  return Math.max(...gops);
}

async function measureConvolution(precision: Precision, channels: number, side: number): Promise<number> {
  const session = await InferenceSession.create(convolutionModel(precision, channels, side), {
    intraOpNumThreads: availableParallelism(),
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
  });
  const shape = [1, channels, side, side];
  const values = channels * side * side;
  const image =
    precision === 'int8'
      ? new Tensor('uint8', new Uint8Array(values).fill(3), shape)
      : new Tensor('float32', new Float32Array(values).fill(3), shape);
  let bestMs = Number.POSITIVE_INFINITY;
  for (const end = performance.now() + MEASURED_MS; performance.now() < end; ) {
    const start = performance.now();
    await session.run({ image });
    bestMs = Math.min(bestMs, performance.now() - start);
  }
  await session.release();
  return (2 * channels ** 2 * KERNEL ** 2 * side ** 2) / (bestMs * 1e6);
}

function convolutionModel(precision: Precision, channels: number, side: number): Buffer {
  const graph = new OnnxGraph();
  const shape = [1, channels, side, side];
  const weightShape = [channels, channels, KERNEL, KERNEL];
  const weights = channels ** 2 * KERNEL ** 2;
  const window = { kernel_shape: [KERNEL, KERNEL], pads: [1, 1, 1, 1] };
  if (precision === 'int8') {
    const image = graph.input('image', DataType.uint8, shape);
    const kernel = graph.constant('kernel', DataType.int8, weightShape, Buffer.alloc(weights, 5));
    const scale = graph.floatConstant('scale', 0.01);
    const unsigned = graph.constant('unsigned-zero', DataType.uint8, [], Buffer.from([128]));
    const signed = graph.constant('signed-zero', DataType.int8, [], Buffer.from([0]));
    const inputs = [image, scale, unsigned, kernel, scale, signed, scale, unsigned];
    graph.node('QLinearConv', inputs, 'convolved', window);
    graph.output('convolved', DataType.uint8, shape);
  } else {
    const image = graph.input('image', DataType.float, shape);
    const data = Buffer.from(new Float32Array(weights).fill(5).buffer);
    const kernel = graph.constant('kernel', DataType.float, weightShape, data);
    graph.node('Conv', [image, kernel], 'convolved', window);
    graph.output('convolved', DataType.float, shape);
  }
  return graph.encode('classifycloud-bench');
}
