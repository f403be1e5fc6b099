// Builds the package into dist/: one file for browsers, one for Node.js, and their types.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('.', import.meta.url));
const outdir = `${folder}dist`;
rmSync(outdir, { recursive: true, force: true });
const common = {
  bundle: true,
  format: 'esm',
  minify: true,
  sourcemap: 'external',
  absWorkingDir: folder,
  outdir,
};
await build({ ...common, entryPoints: ['index.ts'], platform: 'browser', target: 'es2022' });
await build({
  ...common,
  entryPoints: ['node.ts'],
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
});
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc');
execFileSync(process.execPath, [tsc, '-p', `${folder}tsconfig.build.json`, '--outDir', outdir], {
  stdio: 'inherit',
});
