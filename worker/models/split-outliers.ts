import { ModelFormatError } from './model-errors.ts';
import type { Convolution, Operator, Tensor, TfliteModel } from './tflite-model.ts';
import { constantData } from './weights-layout.ts';

/** The zero point at which uint8 weights become int8 ones of zero point 0. */
const SYMMETRIC = 128;
/** Of a convolution's input channels that are repeated for it; where more would be, it stays as it is. */
const MAX_REPEATED = 1 / 8;
/** Channels that the fast kernels take at a time. */
const ALIGNMENT = 4;

/** An activation's channels as they lie in memory: which of the file's own each of them holds. */
type Layout = readonly number[];

/**
 * The same function, with weights whose zero point is 128 wherever that can be had: as int8, theirs is 0, for which
 * onnxruntime has convolutions that save a sixth of the whole net’s time.
 *
 * Almost all weights of a layer lie within −128..127 of its zero point; a few of thousands do not. The channel that such
 * a weight reads is computed twice, and the weight divided between the two: `x·150 = x·127 + x·23`. Sums are of integers,
 * so each is what it was to the last bit.
 *
 * @see R. Zhao et al., "Improving Neural Network Quantization without Retraining using Outlier Channel Splitting",
 *   ICML 2019, who divide to narrow the range; here nothing is rounded.
 */
export function splitOutliers(model: TfliteModel): TfliteModel {
  const repeated = channelsToRepeat(model);
  const layouts = new Map<Tensor, Layout>();
  const replaced = new Map<Tensor, Tensor>([[model.input, model.input]]);
  const layoutOf = (tensor: Tensor): Layout => layouts.get(tensor) ?? identity(channelsOf(tensor));
  const now = (tensor: Tensor): Tensor => replaced.get(tensor) ?? tensor;

  const operators = model.operators.map((operator): Operator => {
    const layout = layoutAfter(operator, layoutOf, repeated.get(operator.output) ?? new Set());
    const output = { ...operator.output, shape: [...operator.output.shape.slice(0, -1), layout.length] };
    layouts.set(operator.output, layout);
    replaced.set(operator.output, output);
    if (operator.kind === 'concat') return { ...operator, inputs: operator.inputs.map(now), output };
    if (operator.kind !== 'conv') return { ...operator, input: now(operator.input), output };
    const { input, bias } = operator;
    const weights = divide(operator, layoutOf(input), layout);
    return { ...operator, input: now(input), weights, bias: pick(bias, layout), output };
  });
  return { input: model.input, output: now(model.output), operators };
}

/**
 * Which channels each activation is to hold twice, for the convolutions that read it, directly or through max pools.
 * Where others read it too, it stays as it is: a concatenation would hand the repetitions on to all that follow.
 */
function channelsToRepeat({ operators }: TfliteModel): ReadonlyMap<Tensor, ReadonlySet<number>> {
  const producers = new Map(operators.map((operator) => [operator.output, operator]));
  const readsOf = (tensor: Tensor) => operators.filter((operator) => inputsOf(operator).includes(tensor));
  const endsInConvolutions = (tensor: Tensor): boolean =>
    readsOf(tensor).every(
      ({ kind, output }) => kind === 'conv' || (kind === 'max-pool' && endsInConvolutions(output)),
    );
  /** The convolution that computes what `tensor` holds, where its channels can be repeated. */
  const source = (tensor: Tensor): Convolution | undefined => {
    const producer = producers.get(tensor);
    if (producer?.kind === 'max-pool') return source(producer.input);
    return producer?.kind === 'conv' && endsInConvolutions(tensor) ? producer : undefined;
  };
  const repeated = new Map<Tensor, Set<number>>();
  for (const operator of operators) {
    if (operator.kind !== 'conv') continue;
    const from = source(operator.input);
    const outliers = outlierChannels(operator.weights);
    if (from === undefined || outliers.size > MAX_REPEATED * channelsOf(operator.input)) continue;
    repeated.set(from.output, new Set([...(repeated.get(from.output) ?? []), ...outliers]));
  }
  return repeated;
}

const inputsOf = (operator: Operator): readonly Tensor[] =>
  operator.kind === 'concat' ? operator.inputs : [operator.input];

/** Input channels that a weight out of −128..127 reads. */
function outlierChannels(weights: Tensor): Set<number> {
  const channels = channelsOf(weights);
  const source = constantData(weights);
  const outliers = new Set<number>();
  for (let at = 0; at < source.length; at++) {
    const value = (source[at] ?? 0) - weights.zeroPoint;
    if (value < -SYMMETRIC || value >= SYMMETRIC) outliers.add(at % channels);
  }
  return outliers;
}

/** How an operator's output is laid out: only convolutions and the max pools after them may have channels repeated. */
function layoutAfter(
  operator: Operator,
  layoutOf: (tensor: Tensor) => Layout,
  repeated: ReadonlySet<number>,
): Layout {
  if (operator.kind === 'max-pool') return layoutOf(operator.input);
  const filling = (ALIGNMENT - (repeated.size % ALIGNMENT)) % ALIGNMENT;
  return [...identity(channelsOf(operator.output)), ...repeated, ...identity(filling)];
}

/** The weights for these layouts: symmetric where the input's repeated channels allow, else with their own zero point. */
function divide({ weights }: Convolution, input: Layout, output: Layout): Tensor {
  const divided =
    divideAt(SYMMETRIC, weights, input, output) ?? divideAt(weights.zeroPoint, weights, input, output);
  if (divided === undefined) throw new ModelFormatError(`${weights.name}: a weight is lost`);
  return divided;
}

/** Each weight as the sum of what stored bytes can hold at this zero point; undefined where one is too large for that. */
function divideAt(zeroPoint: number, weights: Tensor, input: Layout, output: Layout): Tensor | undefined {
  const [, height = 1, width = 1, channels = 1] = weights.shape;
  const source = constantData(weights);
  const data = Buffer.alloc(output.length * height * width * input.length);
  const left = new Int16Array(channels);
  let to = 0;
  for (const channel of output) {
    for (let place = 0; place < height * width; place++) {
      const from = (channel * height * width + place) * channels;
      for (let i = 0; i < channels; i++) left[i] = (source[from + i] ?? 0) - weights.zeroPoint;
      for (const i of input) {
        const rest = left[i] ?? 0;
        const part = Math.max(-zeroPoint, Math.min(255 - zeroPoint, rest));
        left[i] = rest - part;
        data[to++] = part + zeroPoint;
      }
      if (left.some((rest) => rest !== 0)) return undefined;
    }
  }
  return { ...weights, shape: [output.length, height, width, input.length], zeroPoint, data };
}

/** The biases of a layout's channels. */
function pick(bias: Tensor, layout: Layout): Tensor {
  const source = constantData(bias);
  const data = Buffer.concat(layout.map((channel) => source.subarray(4 * channel, 4 * channel + 4)));
  return { ...bias, shape: [layout.length], data };
}

const channelsOf = ({ shape }: Tensor): number => shape.at(-1) ?? 0;
const identity = (channels: number): Layout => Array.from({ length: channels }, (_, channel) => channel);
