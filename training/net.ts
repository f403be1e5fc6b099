import type { LayersModel, layers, Tensor } from '@tensorflow/tfjs';
import * as z from 'zod';
import type { Tf } from '../worker/engines/tfjs-backend.ts';
import type { Architecture, TrainingSettings } from './settings.ts';
import { derivedSeed } from './shuffle.ts';

export interface NetOptions {
  /** Of one example: [height, width, channels], or [features]. */
  readonly inputShape: readonly number[];
  readonly classes: number;
  readonly settings: Pick<TrainingSettings, 'architecture' | 'dropout' | 'seed'>;
}

/**
 * A net with its weights drawn by the seed. It ends with logits, [N, classes]: softmax belongs to the loss, and to the
 * model that is served.
 */
export function buildNet(tf: Tf, { inputShape, classes, settings }: NetOptions): LayersModel {
  let part = 0;
  const draw = () => tf.initializers.heNormal({ seed: derivedSeed(settings.seed, ++part) });
  // Layers are named, so that the same net is the same file whatever was trained before it.
  const net = tf.sequential({
    layers: [tf.layers.inputLayer({ inputShape: [...inputShape], name: 'input' })],
  });
  for (const layer of HIDDEN_LAYERS[settings.architecture](tf, draw)) net.add(layer);
  if (settings.dropout > 0) net.add(tf.layers.dropout({ rate: settings.dropout, name: 'dropout' }));
  net.add(tf.layers.dense({ units: classes, kernelInitializer: draw(), name: 'logits' }));
  return net;
}

type Draw = () => ReturnType<Tf['initializers']['heNormal']>;

const HIDDEN_LAYERS: Record<Architecture, (tf: Tf, draw: Draw) => layers.Layer[]> = {
  /** The seed's: one hidden layer. */
  dense: (tf, draw) => [
    tf.layers.flatten({ name: 'flat' }),
    tf.layers.dense({ units: 128, activation: 'relu', kernelInitializer: draw(), name: 'hidden' }),
  ],
  /** No pools: strided convolutions learn how to make an image smaller, and cost a quarter of what pools after them would. */
  cnn: (tf, draw) => {
    const convolution = (filters: number, kernelSize: number, strides: number) =>
      tf.layers.conv2d({
        filters,
        kernelSize,
        strides,
        padding: 'same',
        activation: 'relu',
        kernelInitializer: draw(),
      });
    return [convolution(16, 5, 2), convolution(32, 3, 1), convolution(64, 2, 2), tf.layers.flatten()];
  },
  'inception-head': () => [],
};

const dropoutConfig = z.object({ rate: z.number() });

/**
 * A net's logits, [N, classes], which the caller disposes of.
 *
 * @param dropoutSeed What dropout is drawn by; without it nothing is left out. A layer of TensorFlow.js that is given a
 *   seed would leave out the same values at each step, and without one others in each run.
 */
export function logitsOf(tf: Tf, net: LayersModel, input: Tensor, dropoutSeed?: number): Tensor {
  return tf.tidy(() => {
    let value = input;
    for (const layer of net.layers) {
      switch (layer.getClassName()) {
        case 'InputLayer':
          break;
        case 'Dropout':
          if (dropoutSeed !== undefined) {
            const { rate } = dropoutConfig.parse(layer.getConfig());
            value = tf.dropout(value, rate, undefined, dropoutSeed);
          }
          break;
        default: {
          const output = layer.apply(value);
          if (!(output instanceof tf.Tensor)) throw new Error(`${layer.name} has not one output`);
          value = output;
        }
      }
    }
    return value;
  });
}
