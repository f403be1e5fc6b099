import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addModel } from './add-model.ts';
import { filesMissing, readManifest } from './manifest.ts';
import { ModelError } from './model-errors.ts';
import { colourModel } from './testing/colour-model.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'classifycloud-home-'));
});
afterEach(() => rm(home, { recursive: true }));

/** What lies in the home, temporary folders too. */
const added = async () => (await readdir(join(home, 'models')).catch(() => [])).sort();

it('a model is added with the hashes of its files and the number of its labels', async () => {
  const { model, files } = colourModel();
  const { folder, manifest } = await addModel(home, model, files);
  expect(folder).toBe(join(home, 'models', 'colours', '1'));
  expect(await readManifest(folder)).toEqual(manifest);
  expect(manifest.classes).toBe(3);
  expect(await filesMissing({ folder, manifest }, ['fp32.onnx', 'labels.txt'])).toEqual([]);
  expect(await added()).toEqual(['colours']);
});

it('files may be given by their paths', async () => {
  const { model, files } = colourModel();
  const labels = join(home, 'my labels');
  await writeFile(labels, 'rot\ngrün\nblau');
  const { folder } = await addModel(
    home,
    model,
    new Map<string, Buffer | string>([...files, ['labels.txt', labels]]),
  );
  expect(await readFile(join(folder, 'labels.txt'), 'utf8')).toBe('rot\ngrün\nblau');
});

it('the same once more is no error, another one of that version is', async () => {
  const { model, files } = colourModel();
  await addModel(home, model, files);
  await addModel(home, model, files);
  const other = colourModel({}, ['a', 'b', 'c']);
  await expect(addModel(home, other.model, other.files)).rejects.toThrow(
    /another colours@1 .*another version/,
  );
});

const sha256 = '0'.repeat(64);
it.each([
  [
    'a manifest that names a missing file',
    { tflite: 'graph.lite' },
    /names graph.lite, and there is no such file/,
  ],
  [
    'a manifest that lists a missing file',
    { files: { 'a.bin': { bytes: 1, sha256 } } },
    /names a.bin, and there/,
  ],
  [
    'a wrong hash',
    { files: { 'fp32.onnx': { bytes: 2577, sha256 } } },
    /fp32.onnx is not the file .* not 2577 and 0000/,
  ],
  ['classes that are not as many as the labels', { classes: 4 }, /labels.txt has 3 lines.*4 classes/],
  ['a name that is none', { name: '../colours' }, /name/],
  ['the name of a built-in model', { name: 'inception-v3' }, /comes with the program/],
  [
    'an image of another size than the graph takes',
    { input: { height: 9, width: 9 } },
    /does not take an image of 9×9/,
  ],
  ['a background that is no class', { background: 3 }, /no such class/],
  ['a cut that is larger than the image', { preprocessing: { shorterSide: 7 } }, /smaller than what is cut/],
])('refuses %s, and adds nothing', async (_, told, message) => {
  const { model, files } = colourModel(told);
  const attempt = addModel(home, model, files);
  await expect(attempt).rejects.toThrow(ModelError);
  await expect(attempt).rejects.toThrow(message);
  expect(await added()).toEqual([]);
});

it('refuses labels that do not fit what the graph gives', async () => {
  const { model, files } = colourModel({}, ['red', 'green', 'blue', 'yellow']);
  await expect(addModel(home, model, files)).rejects.toThrow(
    'labels.txt names 4 classes, but fp32.onnx tells 3 apart',
  );
  expect(await added()).toEqual([]);
});

it('refuses a graph that does not load', async () => {
  const { model, files } = colourModel();
  const half = files.get('fp32.onnx')?.subarray(0, 500) ?? Buffer.alloc(0);
  const attempt = addModel(home, model, new Map([...files, ['fp32.onnx', half]]));
  await expect(attempt).rejects.toThrow(/fp32.onnx does not load in onnxruntime/);
  expect(await added()).toEqual([]);
});

it('refuses a graph that gives no probabilities', async () => {
  const { model, files } = colourModel();
  const logits = Buffer.from(files.get('fp32.onnx') ?? []);
  logits.write('Flatten', logits.indexOf('Softmax'), 'latin1');
  const attempt = addModel(home, model, new Map([...files, ['fp32.onnx', logits]]));
  await expect(attempt).rejects.toThrow('gives no probabilities: their sum is 0');
  expect(await added()).toEqual([]);
});
