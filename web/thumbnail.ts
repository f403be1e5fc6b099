/** In pixels: twice what is shown, for fine screens. */
const SIZE = 160;

/** A small picture of an image file, as a data: URL; `undefined` where the browser cannot read it. */
export async function thumbnailOf(file: Blob): Promise<string | undefined> {
  try {
    const image = await createImageBitmap(file);
    const side = Math.min(image.width, image.height);
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = SIZE;
    const [x, y] = [(image.width - side) / 2, (image.height - side) / 2];
    canvas.getContext('2d')?.drawImage(image, x, y, side, side, 0, 0, SIZE, SIZE);
    image.close();
    return canvas.toDataURL('image/webp', 0.7);
  } catch {
    return undefined; // the service may be able to, or says why not
  }
}
