import { bytesOf, type View } from './view.ts';

/** All of an image, resized: [height, width, 3], RGB. */
export interface WholeImage {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** A view that is the middle of it, as sharp cuts it: where it cannot lie in the very middle, it lies after that. */
export function middleOf({ width, rgb, height }: WholeImage, view: View, shorterSide: number) {
  const at = (side: number, wanted: number) =>
    Math.ceil((side - shorterSide) / 2) + Math.floor((shorterSide - wanted) / 2);
  const [left, top] = [at(width, view.width), at(height, view.height)];
  const middle = new Uint8Array(bytesOf(view));
  for (let y = 0; y < view.height; y++) {
    const from = ((top + y) * width + left) * 3;
    middle.set(rgb.subarray(from, from + view.width * 3), y * view.width * 3);
  }
  return middle;
}

/** `side`×`side` pixels of it, evenly spread: [side · side, 3]. */
export function sampleOf({ width, height, rgb }: WholeImage, side: number): Uint8Array {
  const pixels = new Uint8Array(side * side * 3);
  let to = 0;
  for (let j = 0; j < side; j++) {
    const row = Math.floor(((j + 0.5) * height) / side) * width;
    for (let i = 0; i < side; i++) {
      const from = (row + Math.floor(((i + 0.5) * width) / side)) * 3;
      pixels.set(rgb.subarray(from, from + 3), to);
      to += 3;
    }
  }
  return pixels;
}
