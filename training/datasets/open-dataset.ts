import { cifar10 } from './cifar-10.ts';
import { classFolders } from './class-folders.ts';
import { type Dataset, DatasetError, type OnStep } from './dataset.ts';
import { fashionMnist } from './fashion-mnist.ts';

/** What is resized is larger than what is cut out of its middle by this: as Inception v3 has it. */
const CENTRAL_CROP = 0.875;

export interface OpenOptions {
  /** CLASSIFYCLOUD_HOME */
  readonly home: string;
  /** Folder, archive or URL of CIFAR-10. */
  readonly data?: string | undefined;
  /** Height and width that the images of a folder are brought to. */
  readonly imageSize: number;
  /** Share of a folder's images that are kept for the test, 0..1. */
  readonly testShare: number;
  readonly onStep: OnStep;
  readonly signal?: AbortSignal;
}

/**
 * @param name `fashion-mnist`, `cifar-10`, or a folder with a folder of images for each class.
 * @throws {DatasetError} It cannot be had, or nothing can be learnt from it.
 */
export async function openDataset(name: string, options: OpenOptions): Promise<Dataset> {
  const { data, imageSize: size } = options;
  switch (name) {
    case 'fashion-mnist':
      return fashionMnist(options);
    case 'cifar-10':
      if (data === undefined) {
        throw new DatasetError('cifar-10 wants --data: a folder, an archive or a URL of its binary version.');
      }
      return cifar10({ ...options, from: data });
    default: {
      const shorterSide = Math.round(size / CENTRAL_CROP);
      return classFolders(name, {
        ...options,
        shape: { height: size, width: size, channels: 3, shorterSide },
      });
    }
  }
}
