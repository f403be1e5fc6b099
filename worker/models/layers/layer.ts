import * as z from 'zod';
import { ModelFormatError } from '../model-errors.ts';
import { DataType, type OnnxGraph } from '../onnx-writer.ts';
import type { FoldedLayer } from './fold-normalisation.ts';
import type { LayerSpec } from './topology.ts';
import type { Planes, Value, Vector } from './value.ts';

/** A layer's weights, in TensorFlow's order of axes. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** By `layer/what`, such as `conv2d_1/kernel`. */
export type Weights = ReadonlyMap<string, Weight>;

/** A layer that is being translated: what its class's translation reads, and the graph that it writes to. */
export class Layer {
  readonly name: string;
  readonly graph: OnnxGraph;
  /** A batch normalisation that it does along with its own sums. */
  readonly normalisation: Layer | undefined;
  readonly #spec: LayerSpec;
  readonly #weights: Weights;

  constructor(graph: OnnxGraph, { spec, normalisation }: FoldedLayer, weights: Weights) {
    this.name = spec.name;
    this.graph = graph;
    this.normalisation = normalisation && new Layer(graph, { spec: normalisation }, weights);
    this.#spec = spec;
    this.#weights = weights;
  }

  /** @throws {ModelFormatError} It holds something that the schema does not allow. */
  config<T>(schema: z.ZodType<T>): T {
    const parsed = schema.safeParse(this.#spec.config);
    return parsed.success ? parsed.data : this.fail(z.prettifyError(parsed.error));
  }

  /** @throws {ModelFormatError} It is not there, or of another shape. */
  weight(what: string, shape: readonly number[]): Float32Array {
    const weight = this.#weights.get(`${this.name}/${what}`) ?? this.fail(`it has no ${what}`);
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    if (weight.shape.join('×') !== shape.join('×') || weight.data.length !== size) {
      this.fail(`its ${what} is ${weight.shape.join('×')}, not ${shape.join('×')}`);
    }
    return weight.data;
  }

  /** The one value that it reads, which must be planes. */
  planes(inputs: readonly Value[]): Planes {
    const [input] = inputs;
    return input?.kind === 'planes' ? input : this.fail('it is not given planes [height, width, channels]');
  }

  /** The one value that it reads, which must be a vector. */
  vector(inputs: readonly Value[]): Vector {
    const [input] = inputs;
    return input?.kind === 'vector' ? input : this.fail('it is not given a vector');
  }

  /** The one value that it reads. */
  value(inputs: readonly Value[]): Value {
    return inputs[0] ?? this.fail('it reads nothing');
  }

  /** A tensor of floats that is the layer's own. */
  constant(what: string, shape: readonly number[], values: Float32Array<ArrayBuffer>): string {
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    return this.graph.constant(`${this.name}/${what}`, DataType.float, shape, bytes);
  }

  fail(why: string): never {
    throw new ModelFormatError(`layer ${this.name} (${this.#spec.className}): ${why}`);
  }
}

/** Translates a layer: writes it to the graph, and says what comes out of it. */
export type Translation = (layer: Layer, inputs: readonly Value[]) => Value;
