import type { KernelFunc, Tensor, Tensor4D, TensorInfo } from '@tensorflow/tfjs';
import * as z from 'zod';
import type { Tf } from '../../worker/engines/tfjs-backend.ts';
import { filterGradient, inputGradient } from './convolution-gradients.ts';

const BACKEND = 'wasm';

const four = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const common = {
  strides: z.union([z.number(), z.tuple([z.number(), z.number()])]),
  pad: z.union([z.enum(['same', 'valid']), z.number()]),
  dataFormat: z.literal('NHWC'),
};
const filterAttributes = z.object({ ...common, filterShape: four });
const inputAttributes = z.object({ ...common, inputShape: four });
const matMulAttributes = z.object({ transposeA: z.boolean(), transposeB: z.boolean() });
const sumAttributes = z.object({
  axis: z.union([z.number(), z.array(z.number())]).nullish(),
  keepDims: z.boolean().optional(),
});

/**
 * Makes the WebAssembly backend one that trains. It has no gradient of a convolution by its filter, and its other
 * gradients are loops, up to ten times slower than the way forward; here they are made of what it is fast in.
 * The values are those of the other backends, but for the order in which floats are added up.
 */
export function registerWasmKernels(tf: Tf): void {
  register(tf, 'Conv2DBackpropFilter', ({ inputs, attributes }) => {
    const { filterShape, strides, pad } = filterAttributes.parse(attributes);
    const x = image(tf, inputs.x);
    const convolution = { inputShape: x.shape, filterShape, strides, pad };
    return filterGradient(tf, x, image(tf, inputs.dy), convolution);
  });

  register(tf, 'Conv2DBackpropInput', ({ inputs, attributes }) => {
    const { inputShape, strides, pad } = inputAttributes.parse(attributes);
    const filter = image(tf, inputs.filter);
    const convolution = { inputShape, filterShape: filter.shape, strides, pad };
    return inputGradient(tf, image(tf, inputs.dy), filter, convolution);
  });

  // Of a matrix that is to be transposed it reads column by column.
  register(tf, 'BatchMatMul', ({ inputs, attributes, original }) => {
    const { transposeA, transposeB } = matMulAttributes.parse(attributes);
    const a = transposeA ? transposed(tf, inputs.a) : inputs.a;
    const b = transposeB ? transposed(tf, inputs.b) : inputs.b;
    return original({ a, b }, { transposeA: false, transposeB: false });
  });

  // The gradient of a bias: a sum over all axes but the last is a product with a row of ones.
  register(tf, 'Sum', ({ inputs, attributes, original }) => {
    const { axis, keepDims = false } = sumAttributes.parse(attributes);
    const x = tensor(tf, inputs.x);
    const last = x.shape.at(-1) ?? 1;
    const axes = tf.util.parseAxisParam(axis ?? x.shape.map((_, at) => at), x.shape);
    const leading = axes.length === x.rank - 1 && !axes.includes(x.rank - 1);
    if (!leading || x.rank < 2 || x.dtype !== 'float32' || x.size === 0) return original(inputs, attributes);
    const rows = tf.reshape(x, [x.size / last, last]);
    const sums = tf.matMul(tf.ones([1, x.size / last]), rows);
    return tf.reshape(sums, keepDims ? [...axes.map(() => 1), last] : [last]);
  });
}

type Given = Parameters<KernelFunc>[0];

interface Call {
  readonly inputs: Given['inputs'];
  readonly attributes: Given['attrs'];
  /** What the backend has itself. */
  original(inputs: Given['inputs'], attributes: Given['attrs']): Tensor;
}

function register(tf: Tf, kernelName: string, run: (call: Call) => Tensor): void {
  const own = tf.getKernel(kernelName, BACKEND);
  if (own !== undefined) tf.unregisterKernel(kernelName, BACKEND);
  tf.registerKernel({
    kernelName,
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const original: Call['original'] = (given, attributes) => {
        const output = own.kernelFunc({ inputs: given, attrs: attributes, backend });
        if (Array.isArray(output)) throw new Error(`${kernelName} has more than one output`);
        return tf.engine().makeTensorFromTensorInfo(output);
      };
      return tf.tidy(() => run({ inputs, attributes: attrs, original }));
    },
  });
}

/** What is handed to a kernel is a tensor, though its type says less. */
function tensor(tf: Tf, info: TensorInfo | undefined): Tensor {
  if (info instanceof tf.Tensor) return info;
  throw new Error('a kernel was given no tensor');
}

function image(tf: Tf, info: TensorInfo | undefined): Tensor4D {
  return tensor(tf, info).as4D(...four.parse(info?.shape));
}

function transposed(tf: Tf, info: TensorInfo | undefined): Tensor {
  const matrix = tensor(tf, info);
  const axes = matrix.shape.map((_, axis) => axis);
  return tf.transpose(matrix, [...axes.slice(0, -2), matrix.rank - 1, matrix.rank - 2]);
}
