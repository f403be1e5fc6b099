import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import type { Outcome, Result } from '../node.ts';
import { InvalidUrlError } from '../node.ts';
import { csvFormat } from './csv-format.ts';
import { jsonFormat, textFormat } from './outcome-format.ts';

const model = { name: 'inception-v3', version: '1', engine: 'onnx', precision: 'int8' };
const plain: Result = {
  ...{ type: 'result', requestId: 'id', imageUrl: 'a.jpg', model },
  labels: [{ label: 'Labrador retriever', index: 209, confidence: 0.582 }],
  timings: { queueMs: 1, downloadMs: 2, decodeMs: 3, inferMs: 4, totalMs: 117 },
};
const full: Result = {
  ...plain,
  labels: [
    {
      ...{ label: 'Labrador retriever', index: 209, confidence: 0.582 },
      ...{ category: 'dog', parents: ['retriever', 'dog', 'animal'] },
    },
    { label: 'kuvasz', index: 223, confidence: 0.032, category: 'dog', parents: ['dog', 'animal'] },
  ],
  moderation: {
    model: { ...model, name: 'nsfw-inception-v3' },
    labels: [{ label: 'Neutral', index: 2, confidence: 0.981 }],
  },
  colors: [{ color: '#462315', name: 'dark brown', share: 0.191 }],
  image: { width: 1387, height: 1000, format: 'jpeg', bytes: 385_750 },
};
const failed: Outcome = {
  ok: false,
  error: new InvalidUrlError({ code: 'INVALID_URL', message: 'No, "not" so', retryable: false }),
};
const ALL = { parents: true, moderation: true, colors: true, image: true };

test('a person reads what was asked for, and nothing of what was not', () => {
  const { format } = textFormat(false);
  expect(format('a.jpg', { ok: true, result: plain })).toBe(
    'a.jpg  (inception-v3 onnx int8, 117 ms)\n  Labrador retriever   58.2 %',
  );
  expect(format('a.jpg', { ok: true, result: full })).toBe(`a.jpg  (inception-v3 onnx int8, 117 ms)
  Labrador retriever   58.2 %  dog: retriever < dog < animal
  kuvasz                3.2 %  dog: dog < animal
  moderation (nsfw-inception-v3)
    Neutral   98.1 %
  colours
    dark brown   19.1 %  #462315
  image  1387×1000 jpeg, 386 kB`);
});

test('a table has the columns of what was asked for, in every row', () => {
  const { header, format } = csvFormat(ALL);
  const table = [header, format('a.jpg', { ok: true, result: full }), format('b.jpg', failed)].join('\n');
  const rows: unknown = parse(table, { columns: true });
  const common = { moderation: 'Neutral 0.981', colors: '#462315 0.191', width: '1387', bytes: '385750' };
  expect(rows).toMatchObject([
    { ...common, rank: '1', category: 'dog', parents: 'retriever; dog; animal' },
    { ...common, rank: '2', category: 'dog', parents: 'dog; animal' },
    { image: 'b.jpg', error: 'INVALID_URL: No, "not" so', width: '' },
  ]);
  const none = csvFormat({});
  expect(none.header).toBe('image,rank,label,index,confidence,error');
  expect(none.format('a.jpg', { ok: true, result: full }).split('\n')[0]).toBe(
    'a.jpg,1,Labrador retriever,209,0.582,',
  );
  const empty = format('c.jpg', { ok: true, result: { ...full, labels: [] } });
  expect(parse(`${header}\n${empty}`, { columns: true })).toMatchObject([
    { ...common, rank: '', category: '' },
  ]);
});

test('a line of JSON keeps the image’s name, beside what the result tells of the image', () => {
  expect(JSON.parse(jsonFormat.format('a.jpg', { ok: true, result: full }))).toEqual({
    ...full,
    image: 'a.jpg',
    imageFacts: full.image,
  });
  expect(JSON.parse(jsonFormat.format('a.jpg', { ok: true, result: plain }))).toEqual({
    ...plain,
    image: 'a.jpg',
  });
});
