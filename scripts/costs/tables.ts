import { textTable } from '../simulate/table.ts';
import { type Bill, billFor, rivalUsd } from './bill.ts';
import { INSTANCES, type Item, PRICES, RIVALS } from './prices.ts';
import type { Workload } from './workload.ts';

type Rows = readonly (readonly string[])[];
/** Headings and rows; the first column is words, the others are numbers. */
export interface Table {
  headings: readonly string[];
  rows: Rows;
}

/** Dollars with three digits that say something. */
export function dollars(usd: number): string {
  if (usd === 0) return '$0';
  const decimals = Math.max(0, Math.min(5, 2 - Math.floor(Math.log10(usd))));
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })}`;
}
export const amount = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 });

const perImages = 'per 1,000 images';

/** What one bill is made of, by AWS's headings. */
export const billTable = ({ lines, usdAMonth, usdPer1000, usage }: Bill): Table => ({
  headings: ['', 'a month', perImages, 'share'],
  rows: [
    ...lines
      .filter(({ usd }) => usd > 0)
      .map(({ service, usd }) => [
        service,
        dollars(usd),
        usage.imagesAMonth > 0 ? dollars((usd / usage.imagesAMonth) * 1000) : '',
        `${((usd / usdAMonth) * 100).toFixed(0)} %`,
      ]),
    ['all', dollars(usdAMonth), usage.imagesAMonth > 0 ? dollars(usdPer1000) : '', '100 %'],
  ],
});

/** What is counted for it, and at which price. */
export const itemTable = ({ usage, workload }: Bill): Table => ({
  headings: ['item', 'a month', 'price'],
  rows: [
    [
      `${workload.instance}, hours`,
      amount(usage.machineHours),
      dollars(INSTANCES[workload.instance]?.usd ?? 0),
    ],
    ...(Object.keys(PRICES) as Item[])
      .filter((item) => usage.items[item] > 0)
      .map((item) => {
        const { usd, per, unit, confirmed } = PRICES[item];
        const price = `$${usd}${per === 1 ? '' : ` per ${per.toLocaleString('en-US')}`}`;
        return [`${item}: ${unit}`, amount(usage.items[item]), confirmed ? price : `${price} (unconfirmed)`];
      }),
  ],
});

/** The same number of images at those who sell it by the image. */
export const rivalTable = ({ usage: { imagesAMonth }, usdPer1000 }: Bill): Table => ({
  headings: ['', 'a month', perImages, '× ours'],
  rows: RIVALS.map((rival) => {
    const usd = rivalUsd(rival, imagesAMonth);
    const each = imagesAMonth > 0 ? (usd / imagesAMonth) * 1000 : 0;
    return [
      `${rival.name}${rival.confirmed ? '' : ' (unconfirmed)'}`,
      dollars(usd),
      dollars(each),
      (each / usdPer1000).toLocaleString('en-US', { maximumSignificantDigits: 2 }),
    ];
  }),
});

/** From an image a day to a thousand a second. */
export const SIZES: readonly (readonly [name: string, rate: number])[] = [
  ['1 a day', 1 / 86_400],
  ['1 an hour', 1 / 3_600],
  ['1 a minute', 1 / 60],
  ['1 a second', 1],
  ['10 a second', 10],
  ['100 a second', 100],
  ['1,000 a second', 1_000],
];

/** What each size costs, with one worker kept and with none, and elsewhere. */
export const sizeTable = (workload: Workload, freeTier: boolean): Table => ({
  headings: [
    'images',
    'a month, MIN_WORKERS=1',
    'MIN_WORKERS=0',
    'per 1,000 (the cheaper)',
    'workers',
    ...RIVALS.map(({ name }) => `${name.replace(/ \(.*/, '')}, a month`),
  ],
  rows: SIZES.map(([name, rate]) => {
    const kept = billFor({ ...workload, rate, minWorkers: 1 }, freeTier);
    const none = billFor({ ...workload, rate, minWorkers: 0 }, freeTier);
    return [
      name,
      dollars(kept.usdAMonth),
      dollars(none.usdAMonth),
      dollars(Math.min(kept.usdPer1000, none.usdPer1000)),
      amount(none.usage.workers),
      ...RIVALS.map((rival) => dollars(rivalUsd(rival, kept.usage.imagesAMonth))),
    ];
  }),
});

export const asText = ({ headings, rows }: Table): string => textTable(headings, rows);
export const asMarkdown = ({ headings, rows }: Table): string =>
  [headings, headings.map((_, i) => (i === 0 ? '---' : '--:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
