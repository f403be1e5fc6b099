import { type DecodedImage, decodeImage } from './decode-image.ts';
import { onlyView, type View } from './view.ts';

/** An image as one model wants to see it. */
export interface ImageView extends Omit<DecodedImage, 'views'> {
  /** [height, width, 3] */
  readonly rgb: Uint8Array;
}

/** {@link decodeImage} with one view. */
export async function decodeView(bytes: Buffer, view: View): Promise<ImageView> {
  const { views, ...image } = await decodeImage(bytes, { views: [view] });
  return { ...image, rgb: onlyView(views) };
}
