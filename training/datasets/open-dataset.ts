import { type Dataset, DatasetError, type OnStep } from './dataset.ts';
import { fashionMnist } from './fashion-mnist.ts';

export interface OpenOptions {
  /** CLASSIFYCLOUD_HOME */
  readonly home: string;
  readonly onStep: OnStep;
  readonly signal?: AbortSignal;
}

/**
 * @param name `fashion-mnist`
 * @throws {DatasetError} It cannot be had, or nothing can be learnt from it.
 */
export async function openDataset(name: string, options: OpenOptions): Promise<Dataset> {
  switch (name) {
    case 'fashion-mnist':
      return fashionMnist(options);
    default:
      throw new DatasetError(`There is no dataset ${name}.`);
  }
}
