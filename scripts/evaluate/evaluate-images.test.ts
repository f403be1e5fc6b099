import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EchoEngine } from '../../worker/engines/echo.ts';
import { ensureWeights } from '../../worker/models/ensure-weights.ts';
import { testHome } from '../../worker/models/home-for-tests.ts';
import { readLabels } from '../../worker/models/labels.ts';
import { ClassNames } from './class-names.ts';
import { evaluateImages } from './evaluate-images.ts';
import { findImages } from './find-images.ts';
import { jsonReport, textReport } from './report.ts';

let folder: string;
let classes: ClassNames;
beforeAll(async () => {
  const weights = await ensureWeights({ home: testHome });
  classes = new ClassNames(await readLabels(weights.labels));
  folder = await mkdtemp(join(tmpdir(), 'classifycloud-evaluate-'));
  await mkdir(join(folder, 'more'));
  const green = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'green' } })
    .png()
    .toBuffer();
  await copyFile(weights.sample, join(folder, 'n02099712_Labrador_retriever.JPEG'));
  await writeFile(join(folder, 'n01440764_tench.png'), green);
  await writeFile(join(folder, 'more', '1.png'), green);
  await writeFile(join(folder, 'n1_goldfish.jpg'), 'this is no photo');
  await writeFile(join(folder, 'n2_unicorn.png'), green);
  await writeFile(join(folder, '.hidden_tench.png'), green);
  await writeFile(
    join(folder, 'labels.csv'),
    'file,index\nmore/1.png,209\ngone.png,1\nn2_unicorn.png,1001\n',
  );
});
afterAll(() => rm(folder, { recursive: true }));

it('counts what can be evaluated and names what cannot, with the reason', async () => {
  const engine = new EchoEngine({ threads: 2, echoMs: 0 }); // sees a Labrador in everything
  const found = await findImages(folder, classes);
  let done = 0;
  const outcome = await evaluateImages({ engine, folder, images: found.images, onDone: () => done++ });

  const unevaluated = [...found.unevaluated, ...outcome.unevaluated];
  const report = jsonReport({ ...outcome, engine, unevaluated });
  expect(done).toBe(4);
  expect(report).toMatchObject({ mode: 'evaluate', engine: 'echo', images: 3, top1: 2 / 3, top5: 1 });
  expect(report.confusions).toMatchObject([{ actual: { index: 1 }, predicted: { index: 209 }, count: 1 }]);
  expect(unevaluated).toEqual([
    { file: 'gone.png', reason: 'stands in labels.csv, but there is no such file' },
    { file: 'n2_unicorn.png', reason: 'no class has the index 1001 (1 to 1000)' },
    { file: 'n1_goldfish.jpg', reason: expect.stringContaining('UNSUPPORTED_IMAGE') },
  ]);
  const text = textReport({ ...outcome, engine, unevaluated });
  expect(text).toContain('top-1  66.7 %');
  expect(text).toContain('1  class 1 (1)  Labrador retriever (209)');
  expect(text).toContain('Not evaluated: 3');
});

it('a folder with nothing in it gives nulls, not numbers that are none', async () => {
  const engine = new EchoEngine({ threads: 1, echoMs: 0 });
  const outcome = await evaluateImages({ engine, folder, images: [], onDone: () => {} });
  const report = jsonReport({ ...outcome, engine, unevaluated: [] });
  expect(report).toMatchObject({ images: 0, top1: null, top5: null, imagesPerSecond: null });
});
