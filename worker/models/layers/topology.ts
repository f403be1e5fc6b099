import * as z from 'zod';
import { ModelFormatError } from '../model-errors.ts';

/** A layer as the topology has it; what its configuration holds is known to the translation of its class. */
export interface LayerSpec {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers that it reads. */
  readonly inputs: readonly string[];
}

const layerSchema = z.object({
  class_name: z.string(),
  config: z.looseObject({ name: z.string() }),
  /** One entry for each time that the layer is applied: what it reads, [layer, node, tensor, arguments]. */
  inbound_nodes: z.array(z.array(z.tuple([z.string(), z.literal(0), z.literal(0)], z.unknown()))).optional(),
});
const layersSchema = z.array(layerSchema);
const sequentialSchema = z.union([layersSchema, z.object({ layers: layersSchema })]);
const functionalSchema = z.object({
  layers: layersSchema,
  output_layers: z.array(z.tuple([z.string(), z.literal(0), z.literal(0)])).length(1),
});
const modelSchema = z.object({ class_name: z.string(), config: z.unknown() });
const topologySchema = z.union([z.object({ model_config: modelSchema }), modelSchema]);

/** A model of layers: one image goes in at the first, one answer comes out of `output`. */
export interface Topology {
  /** In an order in which they can be run. */
  readonly layers: readonly LayerSpec[];
  /** Name of the layer whose value is the model's. */
  readonly output: string;
}

/**
 * Reads a Keras topology, which is `modelTopology` of a model.json, or what `toJSON` of a model in TensorFlow.js gives.
 *
 * @throws {ModelFormatError} It is no topology, or of a kind that has no translation: several outputs, layers that
 *   are applied more than once, models in a model.
 */
export function readTopology(topology: unknown): Topology {
  const read = parse(topologySchema, topology, 'the topology');
  const model = 'model_config' in read ? read.model_config : read;
  switch (model.class_name) {
    case 'Sequential': {
      const config = parse(sequentialSchema, model.config, 'the Sequential model');
      const layers = (Array.isArray(config) ? config : config.layers).map(toSpec);
      const chained = layers.map((layer, i) => ({ ...layer, inputs: layers.slice(i - 1, i).map(nameOf) }));
      return { layers: chained, output: layers.at(-1)?.name ?? '' };
    }
    case 'Model':
    case 'Functional': {
      const config = parse(functionalSchema, model.config, 'the functional model');
      const layers = config.layers.map(toSpec);
      const first = layers.filter(({ inputs }) => inputs.length === 0);
      if (first.length !== 1) throw new ModelFormatError(`${first.length} inputs; one image is to be had`);
      return { layers, output: config.output_layers[0]?.[0] ?? '' };
    }
    default:
      throw new ModelFormatError(`a model of the kind ${model.class_name} has no translation`);
  }
}

function toSpec({ class_name: className, config, inbound_nodes: nodes = [] }: z.infer<typeof layerSchema>) {
  if (nodes.length > 1) {
    throw new ModelFormatError(`layer ${config.name} (${className}): it is applied ${nodes.length} times`);
  }
  return { name: config.name, className, config, inputs: nodes.flat().map(([name]) => name) };
}

const nameOf = ({ name }: LayerSpec): string => name;

function parse<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ModelFormatError(`${what} cannot be read: ${z.prettifyError(parsed.error)}`);
}
