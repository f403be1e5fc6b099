import { createHash } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Bundles the worker program, for the Node that runs this. It lands in a folder named by its content, in one move:
 * two launchers at once do each other no harm, and an unchanged program is not written again.
 * @returns the path of its entry, `…/worker/main.mjs`
 */
export async function buildWorker(): Promise<string> {
  const out = join(root, '.build');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { main: 'worker/main.ts', 'inference-thread': 'worker/engines/inference-thread.ts' },
    outdir: join(out, 'worker'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['onnxruntime-node', 'sharp'], // native: taken from node_modules
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    sourcemap: 'linked',
    write: false,
    logLevel: 'silent',
  });
  const hash = createHash('sha256');
  for (const { path, contents } of outputFiles) hash.update(relative(root, path)).update(contents);
  const folder = join(out, hash.digest('hex').slice(0, 16));
  const entry = join(folder, 'worker', 'main.mjs');
  if (await exists(entry)) return entry;

  const unfinished = `${folder}.${process.pid}`;
  for (const { path, contents } of outputFiles) {
    const target = join(unfinished, relative(out, path));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, contents);
  }
  await rename(unfinished, folder).catch(async (error: unknown) => {
    if (!(await exists(entry))) throw error; // else another launcher was first, with the same files
  });
  return entry;
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
