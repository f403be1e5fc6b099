import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { buildGraph, convert } from './convert.ts';
import { ensureModel } from './ensure-model.ts';
import { testHome } from './home-for-tests.ts';
import { ModelFormatError } from './model-errors.ts';
import { readTflite } from './tflite.ts';
import type { Convolution, TfliteModel } from './tflite-model.ts';

let model: TfliteModel;
beforeAll(async () => {
  const { onnx } = await ensureModel({ home: testHome });
  model = readTflite(await readFile(join(dirname(onnx), 'graph.lite')));
});

// A new hash is a new artefact: raise the converter's revision in catalogue.ts along with it.
it.each([
  ['int8', '042e738c3139af2d51f49e24c6cf777b31551bd1798b2a40bdd07c2c43557726'],
  ['fp32', '540278ffa7bccd5c11abded464c96a1b2607058129422948abbd81c87f59c7d4'],
] as const)('the %s model is the same bytes everywhere', (precision, sha256) => {
  const onnx = convert(model, precision);
  expect(createHash('sha256').update(onnx).digest('hex')).toBe(sha256);
});

it('int8 has 578 nodes and fp32 none that quantises', () => {
  expect(buildGraph(model, 'int8').nodeCount).toBe(578);
  expect(buildGraph(model, 'fp32').nodeCount).toBe(224);
});

it('refuses an activation that saturation would not carry', () => {
  const operators = model.operators.map((operator) =>
    operator.kind === 'conv' ? withOutputZeroPoint(operator, 7) : operator,
  );
  expect(() => convert({ ...model, operators }, 'int8')).toThrow(ModelFormatError);
});

it('refuses a file of another kind', () => {
  expect(() => readTflite(Buffer.from('not a model at all'))).toThrow('not a TFLite file');
});

function withOutputZeroPoint(operator: Convolution, zeroPoint: number): Convolution {
  return { ...operator, activated: true, output: { ...operator.output, zeroPoint } };
}
