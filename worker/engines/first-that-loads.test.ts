import { expect, it } from 'vitest';
import { EngineError } from './engine.ts';
import { firstThatLoads } from './first-that-loads.ts';

const made: string[] = [];

/** Makes an engine whose load rejects with what is given for it. */
function choose(failures: Record<string, Error>) {
  made.length = 0;
  return firstThatLoads(['onnx', 'tfjs-node', 'tfjs-wasm'], async (name) => {
    made.push(name);
    return { name, load: () => (failures[name] ? Promise.reject(failures[name]) : Promise.resolve()) };
  });
}

it('the first is taken where it loads, and no other is tried', async () => {
  expect(await choose({})).toMatchObject({ engine: { name: 'onnx' }, reasons: [] });
  expect(made).toEqual(['onnx']);
});

it('the next is taken where it does not, and the reason is told', async () => {
  const failures = {
    onnx: new EngineError('no such library'),
    'tfjs-node': new EngineError('not installed'),
  };
  expect(await choose(failures)).toMatchObject({
    engine: { name: 'tfjs-wasm' },
    reasons: ['onnx: no such library', 'tfjs-node: not installed'],
  });
});

it('where none loads, all the reasons are told', async () => {
  const error = new EngineError('broken');
  await expect(choose({ onnx: error, 'tfjs-node': error, 'tfjs-wasm': error })).rejects.toThrow(
    'no engine loads: onnx: broken; tfjs-node: broken; tfjs-wasm: broken',
  );
});

it('what is not the engine’s fault is not hidden behind another engine', async () => {
  await expect(choose({ onnx: new Error('no weights') })).rejects.toThrow('no weights');
  expect(made).toEqual(['onnx']);
});
