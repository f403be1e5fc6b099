import type { AskOptions, Label, Result } from '../node.ts';
import type { OutcomeFormat } from './outcome-format.ts';

type Asked = Pick<AskOptions, 'parents' | 'moderation' | 'colors' | 'image'>;
type Field = string | number | undefined;

/** Columns of what was asked for beyond the labels; those of the image stand in each of its rows. */
const COLUMNS: readonly [keyof Asked, readonly string[], (result: Result, label?: Label) => Field[]][] = [
  ['parents', ['category', 'parents'], (_, label) => [label?.category, label?.parents?.join('; ')]],
  [
    'moderation',
    ['moderation'],
    ({ moderation }) => [
      moderation?.labels.map(({ label, confidence }) => `${label} ${confidence}`).join('; '),
    ],
  ],
  ['colors', ['colors'], ({ colors }) => [colors?.map(({ color, share }) => `${color} ${share}`).join('; ')]],
  [
    'image',
    ['width', 'height', 'format', 'bytes'],
    ({ image }) => [image?.width, image?.height, image?.format, image?.bytes],
  ],
];

/** RFC 4180: a row a label, best first; one row with `error` for an image that failed. */
export function csvFormat(asked: Asked): OutcomeFormat {
  const columns = COLUMNS.filter(([name]) => asked[name]);
  const header = ['image,rank,label,index,confidence,error', ...columns.flatMap(([, names]) => names)].join(
    ',',
  );
  const more = (result: Result, label?: Label) => columns.flatMap(([, , fields]) => fields(result, label));
  const width = header.split(',').length;
  return {
    header,
    format: (name, outcome) => {
      if (!outcome.ok)
        return row([name, '', '', '', '', `${outcome.error.code}: ${outcome.error.message}`], width);
      const { result } = outcome;
      if (result.labels.length === 0) return row([name, '', '', '', '', '', ...more(result)], width);
      return result.labels
        .map((label, i) => {
          const fields = [name, i + 1, label.label, label.index, label.confidence, ''];
          return row([...fields, ...more(result, label)], width);
        })
        .join('\n');
    },
  };
}

/** @param width fields of every row: what is not there is empty */
const row = (fields: readonly Field[], width: number) =>
  Array.from({ length: width }, (_, i) => String(fields[i] ?? ''))
    .map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
