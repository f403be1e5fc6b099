import type { DecodedImage } from './decode-image.ts';
import type { LoadedModel } from './loaded-models.ts';

/** What was found out about an image file. */
export interface Findings {
  /** `bytes`: of the file. The colours are there once somebody asked for them. */
  readonly image: Omit<DecodedImage, 'views' | 'release'> & { readonly bytes: number };
  /** Of each model that saw it, by {@link netKey}: [classes], 0..1 with sum 1. */
  readonly probabilities: Readonly<Record<string, Float32Array>>;
}

/** Names what the probabilities depend on, beside the file. */
export const netKey = ({ manifest: { name, version }, engine }: LoadedModel): string =>
  `${name}@${version}/${engine.name}/${engine.precision}`;

/** What a model makes of the image; `undefined` where it has not seen it. */
export const foundBy = (model: LoadedModel, findings: Findings | undefined): Float32Array | undefined =>
  findings?.probabilities[netKey(model)];

/** Older findings about a file with newer ones. */
export const joined = (older: Findings | undefined, newer: Findings): Findings => ({
  image: { ...older?.image, ...newer.image },
  probabilities: { ...older?.probabilities, ...newer.probabilities },
});
