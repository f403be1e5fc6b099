import { readFile } from 'node:fs/promises';
import type { LayersModel } from '@tensorflow/tfjs';
import { ensureWeights } from '../worker/models/ensure-weights.ts';
import { INCEPTION_V3, INCEPTION_VIEW } from '../worker/models/inception-v3.ts';
import type { OnProgress } from '../worker/models/progress.ts';
import { readTflite } from '../worker/models/tflite.ts';
import {
  type Dataset,
  DatasetError,
  type ImageShape,
  type LabelledImages,
  type OnStep,
} from './datasets/dataset.ts';
import { type Examples, featureExamples, imageExamples } from './examples.ts';
import { pooledFeatures } from './inception/pooled-features.ts';
import type { Architecture } from './settings.ts';
import { graphOf, graphWithHead } from './trained-model.ts';

/** A net as the service runs it. */
export interface ServedGraph {
  readonly onnx: Buffer;
  readonly precision: 'int8' | 'fp32';
  /** What it wants to see of an image. */
  readonly shape: Pick<ImageShape, 'height' | 'width' | 'shorterSide'>;
  /** What it takes when loaded, for each inference thread. */
  readonly memoryMb: number;
}

/** A dataset as nets of one kind are given it, and what becomes of such a net. */
export interface Lesson {
  readonly training: Examples;
  readonly test: Examples;
  graph(net: LayersModel): Promise<ServedGraph>;
}

interface LessonOptions {
  /** CLASSIFYCLOUD_HOME */
  readonly home: string;
  readonly onStep: OnStep;
  /** Of Inception v3, where it has to be fetched first. */
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** @throws {DatasetError} An `inception-head` on images that are no files: it has to see them in their own size. */
export function lessonOf(kind: Architecture, dataset: Dataset, options: LessonOptions): Promise<Lesson> {
  return kind === 'inception-head' ? featureLesson(dataset, options) : imageLesson(dataset);
}

async function imageLesson(dataset: Dataset): Promise<Lesson> {
  const { classes, shape } = dataset;
  const examples = (images: LabelledImages) => imageExamples(images, classes.length, shape);
  return {
    training: examples(dataset.training),
    test: examples(dataset.test),
    async graph(net) {
      const onnx = await graphOf(net, shape);
      return { onnx, precision: 'fp32', shape, memoryMb: SMALL_NET_MB + (3 * onnx.length) / 1e6 };
    },
  };
}

/** A session of onnxruntime with next to nothing in it. */
const SMALL_NET_MB = 5;

async function featureLesson(dataset: Dataset, options: LessonOptions): Promise<Lesson> {
  const { folder, classes } = dataset;
  if (folder === undefined) {
    throw new DatasetError('inception-head learns from a folder of images: --dataset FOLDER.');
  }
  const { home, onStep, onProgress, signal } = options;
  const model = readTflite(await readFile((await ensureWeights({ home, onProgress, signal })).graph));
  const examples = async ({ files = [], labels }: LabelledImages): Promise<Examples> => {
    const features = await pooledFeatures({ model, folder, files, onStep, signal });
    return featureExamples(features, labels, classes.length);
  };
  return {
    training: await examples(dataset.training),
    test: await examples(dataset.test),
    async graph(net) {
      const onnx = await graphWithHead(net, model);
      return { onnx, precision: 'int8', shape: INCEPTION_VIEW, memoryMb: INCEPTION_V3.manifest.memoryMb };
    },
  };
}
