import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { buildWorker } from './build-worker.ts';
import { withConstantKeys } from './constant-schema-keys.ts';

it('writes out keys that are constants, and leaves others as they are', () => {
  const code = 'const _xN = "xmlName";\nexport var A = [3, { [_xN]: _xN, [other]: 1 }];';
  expect(withConstantKeys(code)).toBe(
    'const _xN = "xmlName";\nexport var A = [3, { "xmlName": _xN, [other]: 1 }];',
  );
});

it('the worker’s programs are of Latin-1, so that V8 keeps them in one byte a character', async () => {
  const folder = dirname(await buildWorker());
  const programs = (await readdir(folder)).filter((name) => name.endsWith('.mjs'));
  expect(programs).toContain('main.mjs');
  for (const name of programs) {
    const program = await readFile(join(folder, name), 'utf8');
    expect(Buffer.from(program, 'latin1').toString('latin1') === program, name).toBe(true);
  }
});

it('the worker’s program has the EC2 calls that it makes, and no others', async () => {
  const program = await readFile(await buildWorker(), 'utf8');
  expect(program).toContain('CreateTagsRequest');
  expect(program).not.toContain('DescribeVpcsResult');
});
