import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { buildWorker } from './build-worker.ts';
import { withConstantKeys } from './constant-schema-keys.ts';

it('writes out keys that are constants, and leaves others as they are', () => {
  const code = 'const _xN = "xmlName";\nexport var A = [3, { [_xN]: _xN, [other]: 1 }];';
  expect(withConstantKeys(code)).toBe(
    'const _xN = "xmlName";\nexport var A = [3, { "xmlName": _xN, [other]: 1 }];',
  );
});

it('the worker’s program is of Latin-1, so that V8 keeps it in one byte a character', async () => {
  const program = await readFile(await buildWorker(), 'utf8');
  expect(Buffer.from(program, 'latin1').toString('latin1')).toBe(program);
});

it('the worker’s program has the EC2 calls that it makes, and no others', async () => {
  const program = await readFile(await buildWorker(), 'utf8');
  expect(program).toContain('CreateTagsRequest');
  expect(program).not.toContain('DescribeVpcsResult');
});
