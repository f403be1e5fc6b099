import { INSTANCES, PRICES } from './prices.ts';
import { amount, dollars, type Table } from './tables.ts';
import { MONTH_HOURS, STAGE } from './workload.ts';

/** Milliseconds of a core for an image, decoded and classified: docs/performance.md, The engine, two cores. */
const ENGINES: readonly (readonly [name: string, msOfACore: number])[] = [
  ['onnx int8', 2_000 / 41.9],
  ['onnx fp32', 2_000 / 17.1],
  ['TensorFlow.js, WebAssembly', 2_000 / 3.1],
];

const BUCKETS = [
  { put: PRICES.s3Puts, get: PRICES.s3Gets },
  { put: PRICES.s3ExpressPuts, get: PRICES.s3ExpressGets },
];

/** What an image takes of a machine, with its address and its disk, in dollars. */
function inferenceUsd(msOfACore: number, instance: string): number {
  const { usd, cores } = INSTANCES[instance] ?? { usd: Number.NaN, cores: 1 };
  const disk = (STAGE.diskGb * PRICES.ebsGbMonths.usd) / MONTH_HOURS;
  return ((usd + PRICES.ipv4Hours.usd + disk) / cores / 3_600) * (msOfACore / 1000);
}

/**
 * From which hit rate on a cache that all workers share costs less than inference does. Each image that a worker does not
 * remember itself would be got from the bucket, and put there where it is not: `get + (1 − h) · put < h · inference`.
 * @param inference, and the bucket's calls, in dollars
 * @returns of those images, 0..1; over 1: never
 */
export const paysFrom = (inference: number, { put, get }: { put: number; get: number }): number =>
  (put + get) / (inference + put);

/** Whether workers should share what they know of images through a bucket, engine by engine. */
export const sharedCacheTable = (instance: string): Table => ({
  headings: [
    `a million images on ${instance}`,
    'ms of a core, each',
    'inference',
    'S3 pays from',
    'and saves at most',
    'S3 Express One Zone pays from',
    'and saves at most',
  ],
  rows: ENGINES.map(([name, msOfACore]) => {
    const usd = inferenceUsd(msOfACore, instance);
    const ways = BUCKETS.flatMap(({ put, get }) => {
      const each = { put: put.usd / put.per, get: get.usd / get.per };
      const from = paysFrom(usd, each);
      return [
        from < 1 ? `${(100 * from).toFixed(0)} % hits` : 'no hit rate',
        dollars(Math.max(0, usd - each.get) * 1e6),
      ];
    });
    return [name, amount(msOfACore), dollars(usd * 1e6), ...ways];
  }),
});
