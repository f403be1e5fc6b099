import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { partsOf } from './profile.ts';

test('a profile’s time is told by package, in bundles too, and what was idle is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'classifycloud-profile-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const bundle = join(folder, 'main.mjs');
  await writeFile(
    bundle,
    ['// node_modules/@smithy/core/x.js', 'f();', '// worker/main.ts', 'g();'].join('\n'),
  );
  const { href: url } = pathToFileURL(bundle);
  const frames = [
    { functionName: '(idle)', url: '', lineNumber: -1 },
    { functionName: 'f', url, lineNumber: 1 },
    { functionName: 'g', url, lineNumber: 3 },
    { functionName: 'h', url: 'file:///x/node_modules/@hapi/hapi/lib/core.js', lineNumber: 7 },
    { functionName: 'writev', url: '', lineNumber: -1 },
    { functionName: 'emit', url: 'node:events', lineNumber: 500 },
  ];
  const parts = partsOf({
    nodes: frames.map((callFrame, id) => ({ id, callFrame })),
    samples: [0, 1, 2, 1, 3, 4, 5],
    timeDeltas: [9_000, 1_000, 2_000, 500, 250, 125, 1_000],
  });
  expect(Object.fromEntries(parts)).toEqual({
    'AWS SDK': 1.5,
    'our own code': 2,
    hapi: 0.25,
    'native code': 0.125,
    'Node.js': 1,
  });
});
