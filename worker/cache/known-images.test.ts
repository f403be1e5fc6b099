import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Findings } from '../findings.ts';
import { KnownImages } from './known-images.ts';
import type { Validator } from './validator.ts';

const MB = 1_000_000;
const hashOf = (file: string) => hash('sha256', file, 'base64url');
const HASH = hashOf('a file');
const ANN = { tenant: 'ann', imageUrl: 'https://a.example/' };
const PLACE: Validator = { url: 'https://a.example/cat.jpg', header: 'if-none-match', value: '"1"' };
const image = { width: 640, height: 480, format: 'jpeg', bytes: 48_213 } as const;
const classified = (model: string, classes = 1001): Findings => ({
  image,
  probabilities: { [model]: new Float32Array(classes).fill(1 / classes) },
});

test('what another model makes of a file is added to what is known of it', () => {
  const known = new KnownImages(MB);
  known.learn('ann', HASH, classified('a@1/onnx/int8'));
  known.learn('ann', HASH, classified('b@1/onnx/fp32', 5));
  expect(known.of('ann', HASH)?.image).toEqual(image);
  expect(Object.keys(known.of('ann', HASH)?.probabilities ?? {})).toEqual(['a@1/onnx/int8', 'b@1/onnx/fp32']);
});

test('a tenant learns nothing of what another has asked for, file or URL', () => {
  const known = new KnownImages(MB);
  known.learn('ann', HASH, classified('a@1/onnx/int8'));
  known.place(ANN, HASH, PLACE);
  expect(known.of('bob', HASH)).toBeUndefined();
  expect(known.at({ ...ANN, tenant: 'bob' })).toBeUndefined();
  expect(known.at(ANN)).toMatchObject({ hash: HASH, validator: PLACE, findings: { image } });
});

test('a URL whose host gives no validator any more is forgotten', () => {
  const known = new KnownImages(MB);
  known.learn('ann', HASH, classified('a@1/onnx/int8'));
  known.place(ANN, HASH, PLACE);
  expect(known.at(ANN)).toBeDefined();
  known.place(ANN, HASH, undefined);
  expect(known.at(ANN)).toBeUndefined();
});

test('8 MB are room for well over a thousand images of a thousand classes, and what came last is kept', () => {
  const known = new KnownImages(8 * MB);
  const hashes = Array.from({ length: 5_000 }, (_, i) => hashOf(String(i)));
  for (const hash of hashes) known.learn('ann', hash, classified('a@1/onnx/int8'));
  const kept = hashes.filter((hash) => known.of('ann', hash) !== undefined);
  expect(kept.length).toBeGreaterThan(1_200);
  expect(kept.length).toBeLessThan(2_000);
  expect(kept).toEqual(hashes.slice(-kept.length));
});

test('of jobs for one file at once the second waits for the first, and tries for itself where that one failed', async () => {
  const known = new KnownImages(MB);
  const order: string[] = [];
  const job = (name: string, end: () => Promise<void>) =>
    known.inTurn('ann', HASH, async () => {
      order.push(`${name} begins`);
      await new Promise(setImmediate);
      order.push(`${name} ends`);
      await end();
    });
  const first = job('first', () => Promise.reject(new Error('no luck')));
  const second = job('second', async () => {});
  const third = job('third', async () => {});
  await known.inTurn('bob', HASH, async () => void order.push('another tenant does not wait'));
  await expect(first).rejects.toThrow('no luck');
  await Promise.all([second, third]);
  expect(order.indexOf('another tenant does not wait')).toBeLessThan(order.indexOf('first ends'));
  expect(order.filter((what) => !what.includes('tenant'))).toEqual([
    ...['first begins', 'first ends', 'second begins', 'second ends', 'third begins', 'third ends'],
  ]);
});
