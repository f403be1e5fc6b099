import type { Lowering } from './lowering.ts';
import { DataType } from './onnx-writer.ts';
import { windowAttributes } from './sliding-window.ts';
import type { Tensor } from './tflite-model.ts';
import { constantData, scaleOf, toOihw } from './weights-layout.ts';

const UINT8_MAX = 255;

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
    const w = graph.constant(weights.name, DataType.float, shape, dequantise(data, weights));
    const b = graph.constant(
      bias.name,
      DataType.float,
      bias.shape,
      dequantiseBias(constantData(bias), scaleOf(bias)),
    );
    const sum = graph.node('Conv', [x, w, b], `${output.name}:sum`, windowAttributes(operator));

    // The file has no ReLU: uint8 saturates, and with zero point 0 that is a ReLU with a ceiling. The logits,
    // the one output with another zero point, stay as they are.
    if (output.zeroPoint !== 0) return sum;
    const ceiling = graph.floatConstant(`${output.name}:ceiling`, UINT8_MAX * scaleOf(output));
    return graph.node('Clip', [sum, graph.floatConstant('floor', 0), ceiling], output.name);
  },

  rounded: (_graph, value) => value,
};

/** Written as a loop: `Float32Array.from` with a mapping takes seconds for the whole net. */
function dequantise(stored: Buffer, tensor: Tensor): Buffer {
  const scale = scaleOf(tensor);
  const floats = new Float32Array(stored.length);
  for (let i = 0; i < stored.length; i++) floats[i] = ((stored[i] ?? 0) - tensor.zeroPoint) * scale;
  return Buffer.from(floats.buffer);
}

function dequantiseBias(data: Buffer, scale: number): Buffer {
  const out = Buffer.alloc(data.length);
  for (let at = 0; at < data.length; at += 4) out.writeFloatLE(data.readInt32LE(at) * scale, at);
  return out;
}
