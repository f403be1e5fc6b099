import { createHash } from 'node:crypto';
import type { LayersModel } from '@tensorflow/tfjs';
import { addModel } from '../worker/models/add-model.ts';
import { convertLayersModel } from '../worker/models/layers/convert-layers.ts';
import type { Weights } from '../worker/models/layers/layer.ts';
import type { ModelFolder, NewModel } from '../worker/models/manifest.ts';
import { convertWithHead } from '../worker/models/new-head.ts';
import type { TfliteModel } from '../worker/models/tflite-model.ts';
import type { Dataset, ImageShape } from './datasets/dataset.ts';
import { PIXEL_SCALE } from './examples.ts';
import type { ServedGraph } from './lesson.ts';
import { stored } from './stored-tensor.ts';

/** A net on images as a graph: scaling, and grey where it was learnt in grey, are within it. */
export async function graphOf(net: LayersModel, { height, width, channels }: ImageShape): Promise<Buffer> {
  return convertLayersModel(net.toJSON(null, false), await weightsOf(net), {
    input: { height, width, channels },
    scale: PIXEL_SCALE,
    offset: 0,
    softmax: true,
  });
}

/** Inception v3 with a net's one layer for its last. */
export async function graphWithHead(net: LayersModel, model: TfliteModel): Promise<Buffer> {
  const weights = await weightsOf(net);
  const [kernel, bias] = [weights.get('logits/kernel'), weights.get('logits/bias')];
  if (kernel === undefined || bias === undefined) throw new Error('the net has no logits');
  return convertWithHead(model, { weights: kernel.data, bias: bias.data });
}

/** By the names that the topology has for them. */
export async function weightsOf(net: LayersModel): Promise<Weights> {
  const values = await stored(net.weights.map((weight) => weight.read()));
  return new Map(
    net.weights.flatMap(({ originalName }, at) => {
      const value = values[at];
      return value === undefined ? [] : [[originalName, value] as const];
    }),
  );
}

/**
 * Adds a trained model to those of this machine. Its version is the start of its graph's hash: the same net is the same
 * version, another one never is.
 *
 * @throws {ModelError} It does not fit, or the disk is full.
 */
export function addTrainedModel(
  home: string,
  name: string,
  { classes, licence, source }: Pick<Dataset, 'classes' | 'licence' | 'source'>,
  { onnx, precision, shape, memoryMb }: ServedGraph,
): Promise<ModelFolder> {
  const file = `${precision}.onnx`;
  const model: NewModel = {
    name,
    version: createHash('sha256').update(onnx).digest('hex').slice(0, 8),
    task: 'classification',
    input: { height: shape.height, width: shape.width },
    preprocessing: { shorterSide: shape.shorterSide },
    graphs: { [precision]: file },
    labels: 'labels.txt',
    memoryMb: Math.ceil(memoryMb),
    licence,
    source: `trained on ${source}`,
  };
  const labels = Buffer.from(`${classes.join('\n')}\n`);
  return addModel(
    home,
    model,
    new Map([
      [file, onnx],
      ['labels.txt', labels],
    ]),
  );
}
