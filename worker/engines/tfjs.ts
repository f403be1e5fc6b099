import { readFile } from 'node:fs/promises';
import { dequantise } from '../models/dequantise.ts';
import { readTflite } from '../models/tflite.ts';
import type { Session } from './session.ts';
import { loadTfjs, type TfjsBackend } from './tfjs-backend.ts';
import { tfjsNet } from './tfjs-net.ts';

/**
 * TensorFlow.js in fp32, from the weights as they are fetched.
 *
 * @param path The TFLite file.
 * @throws {Error} The backend is not installed, or does not work with this Node.
 * @throws {ModelFormatError} The file holds something that has no translation here.
 */
export async function openTfjsSession(backend: TfjsBackend, path: string): Promise<Session> {
  const tf = await loadTfjs(backend);
  const model = readTflite(await readFile(path));
  const net = tfjsNet(tf, model);
  const [, height = 0, width = 0, channels = 0] = model.input.shape;
  return {
    async classify(images, count) {
      const input = tf.tensor4d(dequantise(images, model.input), [count, height, width, channels]);
      const output = net(input);
      try {
        // Not within `tf.tidy`, which would walk the array element by element.
        return new Float32Array(await output.data());
      } finally {
        tf.dispose([input, output]);
      }
    },
    // Weights and backend go with the thread.
    async close() {},
  };
}
