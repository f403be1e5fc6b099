import type { Tensor4D } from '@tensorflow/tfjs';
import type { Tf } from '../../worker/engines/tfjs-backend.ts';

type Shape = [number, number, number, number];

/** A convolution whose gradient is wanted: NHWC, undilated. */
export interface Convolution {
  readonly inputShape: Shape;
  /** [height, width, in, out] */
  readonly filterShape: Shape;
  readonly strides: number | [number, number];
  readonly pad: Parameters<Tf['conv2d']>[3];
}

/**
 * The gradient of a convolution by its filter, as a convolution: channels are taken for images and images for
 * channels, and `dy` is the filter, dilated by the strides. So it runs as fast as the way forward.
 *
 * @param dy [N, outHeight, outWidth, out]
 */
export function filterGradient(tf: Tf, x: Tensor4D, dy: Tensor4D, convolution: Convolution): Tensor4D {
  const {
    inHeight,
    inWidth,
    outHeight,
    outWidth,
    filterHeight,
    filterWidth,
    strideHeight,
    strideWidth,
    padInfo,
  } = infoOf(tf, convolution);
  const rows = sides(padInfo.top, (outHeight - 1) * strideHeight + filterHeight - inHeight);
  const columns = sides(padInfo.left, (outWidth - 1) * strideWidth + filterWidth - inWidth);
  return tf.tidy(() => {
    const images = padOrCut(tf, tf.transpose(x, [3, 1, 2, 0]), rows, columns);
    const filter = tf.transpose(dy, [1, 2, 0, 3]);
    const gradient = tf.conv2d(images, filter, 1, 'valid', 'NHWC', [strideHeight, strideWidth]);
    return tf.transpose(gradient, [1, 2, 0, 3]);
  });
}

/**
 * The gradient of a convolution by its input, as a convolution of `dy` with the filter turned by 180°; where the
 * strides passed pixels over, zeros stand between those of `dy`.
 *
 * @param dy [N, outHeight, outWidth, out]
 */
export function inputGradient(tf: Tf, dy: Tensor4D, filter: Tensor4D, convolution: Convolution): Tensor4D {
  const {
    inHeight,
    inWidth,
    outHeight,
    outWidth,
    filterHeight,
    filterWidth,
    strideHeight,
    strideWidth,
    padInfo,
  } = infoOf(tf, convolution);
  const before = [filterHeight - 1 - padInfo.top, filterWidth - 1 - padInfo.left] as const;
  const rows = sides(before[0], inHeight + filterHeight - 1 - outHeight * strideHeight);
  const columns = sides(before[1], inWidth + filterWidth - 1 - outWidth * strideWidth);
  return tf.tidy(() => {
    const spread = padOrCut(tf, spreadOut(tf, dy, strideHeight, strideWidth), rows, columns);
    return tf.conv2d(spread, turned(tf, filter), 1, 'valid');
  });
}

const infoOf = (tf: Tf, { inputShape, filterShape, strides, pad }: Convolution) =>
  tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad);

/** How much is added before and after, `total` in all; negative: cut off. */
const sides = (before: number, total: number): [number, number] => [before, total - before];

function padOrCut(tf: Tf, x: Tensor4D, rows: [number, number], columns: [number, number]): Tensor4D {
  const all = [...rows, ...columns];
  const added = ([before, after]: [number, number]): [number, number] => [
    Math.max(before, 0),
    Math.max(after, 0),
  ];
  const padded = all.some((size) => size > 0) ? tf.pad(x, [[0, 0], added(rows), added(columns), [0, 0]]) : x;
  if (all.every((size) => size >= 0)) return padded;
  const [n, height, width, channels] = x.shape;
  const cut = ([before]: [number, number]) => Math.max(-before, 0);
  const size: Shape = [n, height + rows[0] + rows[1], width + columns[0] + columns[1], channels];
  return tf.slice(padded, [0, cut(rows), cut(columns), 0], size);
}

/** The filter turned by 180°, with its input channels for output channels; row by row, which `tf.reverse` is not. */
function turned(tf: Tf, filter: Tensor4D): Tensor4D {
  const [height, width, channels, filters] = filter.shape;
  const backwards = Array.from({ length: height * width }, (_, at) => height * width - 1 - at);
  const places = tf.gather(filter.as2D(height * width, channels * filters), backwards);
  return tf.transpose(places.as4D(height, width, channels, filters), [0, 1, 3, 2]);
}

/** [N, h, w, c] to [N, h·rows, w·columns, c]: zeros after each pixel, below it and beside it. */
function spreadOut(tf: Tf, x: Tensor4D, rows: number, columns: number): Tensor4D {
  if (rows === 1 && columns === 1) return x;
  const [n, height, width, channels] = x.shape;
  const apart = tf.reshape(x, [n, height, 1, width, 1, channels]);
  const spread = tf.pad(apart, [
    [0, 0],
    [0, 0],
    [0, rows - 1],
    [0, 0],
    [0, columns - 1],
    [0, 0],
  ]);
  return spread.as4D(n, height * rows, width * columns, channels);
}
