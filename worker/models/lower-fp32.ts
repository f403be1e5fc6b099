import { ceilingOf } from './activation.ts';
import { dequantise, dequantiseBias } from './dequantise.ts';
import type { Lowering } from './lowering.ts';
import { DataType } from './onnx-writer.ts';
import { windowAttributes } from './sliding-window.ts';
import { scaleOf, toOihw } from './weights-layout.ts';

/** Floats throughout: weights and biases dequantised once, here; the image becomes `(byte − 128) / 128`. */
export const fp32Lowering: Lowering = {
  image(graph, bytes, tensor) {
    const floats = graph.node('Cast', [bytes], 'input:float', { to: DataType.float });
    const zeroPoint = graph.floatConstant('input:zero-point', tensor.zeroPoint);
    const centred = graph.node('Sub', [floats, zeroPoint], 'input:centred');
    return graph.node('Mul', [centred, graph.floatConstant('input:scale', scaleOf(tensor))], 'input:real');
  },

  conv(graph, x, operator) {
    const { weights, bias, output } = operator;
    const { shape, data } = toOihw(weights);
    const realWeights = Buffer.from(dequantise(data, weights).buffer);
    const realBias = Buffer.from(dequantiseBias(bias).buffer);
    const w = graph.constant(weights.name, DataType.float, shape, realWeights);
    const b = graph.constant(bias.name, DataType.float, bias.shape, realBias);
    const sum = graph.node('Conv', [x, w, b], `${output.name}:sum`, windowAttributes(operator));

    const highest = ceilingOf(output);
    if (highest === undefined) return sum;
    const ceiling = graph.floatConstant(`${output.name}:ceiling`, highest);
    return graph.node('Clip', [sum, graph.floatConstant('floor', 0), ceiling], output.name);
  },

  beforeAveragePool: (_graph, x) => x,
  rounded: (_graph, value) => value,
};
