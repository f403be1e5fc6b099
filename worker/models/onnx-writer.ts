import { bytesField, type Encoded, intField, messageField } from './protobuf.ts';

/** Element types, by the numbers of ONNX's `TensorProto.DataType`. */
export const DataType = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;
export type DataType = (typeof DataType)[keyof typeof DataType];

/** A number is written as an integer attribute, an array as one of integers. */
export type Attribute = number | readonly number[];

/** A dimension's size, or the name of one that is open. */
export type Dimension = number | string;

const IR_VERSION = 8;
const OPSET_VERSION = 17;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

/**
 * Builds an ONNX model node by node; its methods return the name of the value they define.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the field numbers
 */
export class OnnxGraph {
  readonly #nodes: Encoded[] = [];
  readonly #constants = new Map<string, Encoded>();
  readonly #inputs: Encoded[] = [];
  readonly #outputs: Encoded[] = [];

  /** How many nodes were added so far. */
  get nodeCount(): number {
    return this.#nodes.length;
  }

  input(name: string, type: DataType, shape: readonly Dimension[]): string {
    this.#inputs.push(valueInfo(11, name, type, shape));
    return name;
  }

  output(name: string, type: DataType, shape: readonly Dimension[]): void {
    this.#outputs.push(valueInfo(12, name, type, shape));
  }

  node(
    type: string,
    inputs: readonly string[],
    output: string,
    attributes: Record<string, Attribute> = {},
  ): string {
    this.#nodes.push(
      messageField(
        1,
        ...inputs.map((input) => bytesField(1, input)),
        bytesField(2, output),
        bytesField(3, output),
        bytesField(4, type),
        ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      ),
    );
    return output;
  }

  /** A tensor stored in the file, little-endian; one already stored under the name is used again. */
  constant(name: string, type: DataType, shape: readonly number[], data: Buffer): string {
    if (!this.#constants.has(name)) {
      const dims = shape.map((size) => intField(1, size));
      this.#constants.set(
        name,
        messageField(5, ...dims, intField(2, type), bytesField(8, name), bytesField(9, data)),
      );
    }
    return name;
  }

  floatConstant(name: string, value: number): string {
    const data = Buffer.alloc(4);
    data.writeFloatLE(value);
    return this.constant(name, DataType.float, [], data);
  }

  /** A vector of int64, as shapes are. */
  integers(name: string, values: readonly number[]): string {
    const data = Buffer.from(BigInt64Array.from(values, BigInt).buffer);
    return this.constant(name, DataType.int64, [values.length], data);
  }

  /** The whole model file. The same calls give the same bytes. */
  encode(producer: string): Buffer {
    const graph = [...this.#nodes, ...this.#constants.values(), ...this.#inputs, ...this.#outputs];
    return Buffer.concat([
      ...intField(1, IR_VERSION),
      ...bytesField(2, producer),
      ...messageField(7, bytesField(2, 'graph'), ...graph),
      ...messageField(8, bytesField(1, ''), intField(2, OPSET_VERSION)),
    ]);
  }
}

function attribute(name: string, value: Attribute): Encoded {
  return typeof value === 'number'
    ? messageField(5, bytesField(1, name), intField(3, value), intField(20, ATTRIBUTE_INT))
    : messageField(
        5,
        bytesField(1, name),
        ...value.map((item) => intField(8, item)),
        intField(20, ATTRIBUTE_INTS),
      );
}

function valueInfo(field: number, name: string, type: DataType, shape: readonly Dimension[]): Encoded {
  const dims = shape.map((size) =>
    messageField(1, typeof size === 'string' ? bytesField(2, size) : intField(1, size)),
  );
  const tensorType = messageField(1, intField(1, type), messageField(2, ...dims));
  return messageField(field, bytesField(1, name), messageField(2, tensorType));
}
