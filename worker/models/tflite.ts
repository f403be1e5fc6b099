import { FlatbufferTable } from './flatbuffer.ts';
import { ModelFormatError } from './model-errors.ts';
import type { Operator, Padding, Tensor, TfliteModel } from './tflite-model.ts';

// BuiltinOperator, by the schema's numbers.
const AVERAGE_POOL_2D = 1;
const CONCATENATION = 2;
const CONV_2D = 3;
const MAX_POOL_2D = 17;
const RESHAPE = 22;

const CHANNELS_AXIS = 3;

/**
 * Reads the part of TFLite's format that a quantised, feed-forward convolution net uses.
 *
 * @param file A whole `.tflite` file; weights in the answer are views of it, not copies.
 * @throws {ModelFormatError} Not a TFLite file, or one with an operator or an option not handled here.
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs
 */
export function readTflite(file: Buffer): TfliteModel {
  if (file.toString('latin1', 4, 8) !== 'TFL3') throw new ModelFormatError('not a TFLite file');
  const model = FlatbufferTable.root(file);
  const graph = required(model.tables(2)[0], 'a subgraph');
  const buffers = model.tables(4).map((table) => table.bytes(0));
  const tensors = graph.tables(0).map((table) => readTensor(table, buffers));
  const operatorCodes = model.tables(1).map(readOperatorCode);

  const at = (index: number | undefined): Tensor =>
    required(index === undefined ? undefined : tensors[index], `tensor ${index}`);
  return {
    input: at(graph.int32s(1)[0]),
    output: at(graph.int32s(2)[0]),
    operators: graph.tables(3).map((table) => {
      const code = required(operatorCodes[table.int32(0)], 'an operator code');
      const inputs = table.int32s(1).map(at);
      return readOperator(code, inputs, at(table.int32s(2)[0]), table.table(4));
    }),
  };
}

/** Codes above 127 came later and sit in a wider field; older files fill only the narrow one. */
function readOperatorCode(table: FlatbufferTable): number {
  return Math.max(table.int8(0), table.int32(3));
}

function readTensor(table: FlatbufferTable, buffers: (Buffer | undefined)[]): Tensor {
  const name = table.bytes(3)?.toString() ?? '';
  const quantization = table.table(4);
  const scales = quantization?.float32s(2) ?? [];
  if (scales.length > 1) throw new ModelFormatError(`${name}: per-channel quantisation is not handled`);
  return {
    name,
    shape: table.int32s(0),
    scale: scales[0],
    zeroPoint: quantization?.int64s(3)[0] ?? 0,
    data: buffers[table.int32(2)],
  };
}

function readOperator(
  code: number,
  inputs: Tensor[],
  output: Tensor,
  options: FlatbufferTable | undefined,
): Operator {
  const input = required(inputs[0], `the input of ${output.name}`);
  if (code === RESHAPE) return { kind: 'reshape', input, output };

  const fields = required(options, `the options of ${output.name}`);
  const padding: Padding = fields.int8(0) === 0 ? 'same' : 'valid';
  const strides: [number, number] = [fields.int32(2, 1), fields.int32(1, 1)];
  switch (code) {
    case CONV_2D: {
      if (fields.int32(4, 1) !== 1 || fields.int32(5, 1) !== 1) {
        throw new ModelFormatError(`${output.name}: dilated convolutions are not handled`);
      }
      const weights = required(inputs[1], `the weights of ${output.name}`);
      const bias = required(inputs[2], `the bias of ${output.name}`);
      return {
        kind: 'conv',
        input,
        weights,
        bias,
        output,
        strides,
        padding,
        activated: fields.int8(3) !== 0,
      };
    }
    case AVERAGE_POOL_2D:
    case MAX_POOL_2D: {
      const kind = code === MAX_POOL_2D ? 'max-pool' : 'average-pool';
      return { kind, input, output, strides, padding, kernel: [fields.int32(4, 1), fields.int32(3, 1)] };
    }
    case CONCATENATION:
      if (fields.int32(0) !== CHANNELS_AXIS) {
        throw new ModelFormatError(`${output.name}: only channels can be concatenated`);
      }
      return { kind: 'concat', inputs, output };
    default:
      throw new ModelFormatError(`TFLite operator ${code} is not handled`);
  }
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new ModelFormatError(`the model lacks ${what}`);
  return value;
}
