import type { Lowering } from './lowering.ts';
import { DataType, type OnnxGraph } from './onnx-writer.ts';
import { windowAttributes } from './sliding-window.ts';
import type { Tensor } from './tflite-model.ts';
import { constantData, scaleOf, toOihw } from './weights-layout.ts';

// Convolutions of uint8 by uint8 run at half the speed of uint8 by int8. Moving weights and zero point down
// by 128 leaves every difference (stored − zeroPoint), and so every result, as it was.
const TO_SIGNED = 128;

/**
 * Quantise and dequantise around every operator, with the file's own scales and zero points (QDQ). The
 * image's bytes are the quantised input as they are: scale 1/128, zero point 128.
 */
export const int8Lowering: Lowering = {
  image: (graph, bytes, tensor) =>
    graph.node('DequantizeLinear', [bytes, ...activationScale(graph, tensor)], 'input:real'),

  conv(graph, x, operator) {
    const { weights, bias, output } = operator;
    const { shape, data } = toOihw(weights);
    for (let i = 0; i < data.length; i++) data[i] = (data[i] ?? 0) - TO_SIGNED;
    const weightConstants = [
      graph.constant(weights.name, DataType.int8, shape, data),
      scaleConstant(graph, weights),
      zeroPointConstant(graph, DataType.int8, weights.zeroPoint - TO_SIGNED),
    ];
    const biasConstants = [
      graph.constant(bias.name, DataType.int32, bias.shape, constantData(bias)),
      scaleConstant(graph, bias),
    ];
    const realWeights = graph.node('DequantizeLinear', weightConstants, `${weights.name}:real`);
    const realBias = graph.node('DequantizeLinear', biasConstants, `${bias.name}:real`);
    return graph.node('Conv', [x, realWeights, realBias], output.name, windowAttributes(operator));
  },

  // onnxruntime fuses an average pool between dequantising and quantising into one of bytes, which takes ten times as
  // long as that of floats: a fifth of the net's time. A ReLU keeps it from that; at zero point 0 it changes nothing.
  beforeAveragePool: (graph, x, { input, output }) =>
    input.zeroPoint === 0 ? graph.node('Relu', [x], `${output.name}:unfused`) : x,

  rounded(graph, value, tensor) {
    const scale = activationScale(graph, tensor);
    const stored = graph.node('QuantizeLinear', [value, ...scale], `${tensor.name}:stored`);
    return graph.node('DequantizeLinear', [stored, ...scale], `${tensor.name}:real`);
  },
};

/** An activation's scale and zero point, as the last two inputs of (De)QuantizeLinear. */
function activationScale(graph: OnnxGraph, tensor: Tensor): [string, string] {
  return [scaleConstant(graph, tensor), zeroPointConstant(graph, DataType.uint8, tensor.zeroPoint)];
}

function scaleConstant(graph: OnnxGraph, tensor: Tensor): string {
  return graph.floatConstant(`${tensor.name}:scale`, scaleOf(tensor));
}

function zeroPointConstant(
  graph: OnnxGraph,
  type: typeof DataType.uint8 | typeof DataType.int8,
  value: number,
): string {
  const kind = type === DataType.int8 ? 'int8' : 'uint8';
  return graph.constant(`zero-point:${kind}:${value}`, type, [], Buffer.from([value & 0xff]));
}
