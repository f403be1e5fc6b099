import type { ModelManifest } from './models/manifest.ts';

/** What a model wants to see of an image; sizes in pixels. */
export interface View {
  readonly height: number;
  readonly width: number;
  /**
   * The aspect is kept: the shorter side is resized to this many pixels, and the middle cut out. Without it the image
   * is stretched whole.
   */
  readonly shorterSide?: number | undefined;
}

/** Bytes of a view, [height, width, 3], RGB. */
export const bytesOf = ({ height, width }: Pick<View, 'height' | 'width'>): number => height * width * 3;

export const sameView = (a: View, b: View): boolean =>
  a.height === b.height && a.width === b.width && a.shorterSide === b.shorterSide;

/** Views, each of them once. */
export const distinctViews = (views: readonly View[]): View[] =>
  views.filter((view, at) => views.findIndex((other) => sameView(other, view)) === at);

export const viewOf = ({ input, preprocessing }: Pick<ModelManifest, 'input' | 'preprocessing'>): View => ({
  ...input,
  ...preprocessing,
});

/** The view of an image that was decoded for one. */
export function onlyView(views: readonly Uint8Array[]): Uint8Array {
  const [view, another] = views;
  if (view === undefined || another !== undefined) throw new Error(`${views.length} views instead of one`);
  return view;
}
