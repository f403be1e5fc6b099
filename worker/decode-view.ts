import { type DecodedImage, decodeImage } from './decode-image.ts';
import type { View } from './view.ts';

/** An image as one model wants to see it. */
export interface ImageView extends Omit<DecodedImage, 'views'> {
  /** [height, width, 3], in an ArrayBuffer of its own. */
  readonly rgb: Uint8Array<ArrayBuffer>;
}

/** {@link decodeImage} with one view. */
export async function decodeView(bytes: Buffer, view: View): Promise<ImageView> {
  const { views, ...image } = await decodeImage(bytes, { views: [view] });
  return { ...image, rgb: onlyView(views) };
}

/** The view of an image that was decoded for one. */
export function onlyView(views: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [view, another] = views;
  if (view === undefined || another !== undefined) throw new Error(`${views.length} views instead of one`);
  return view;
}
