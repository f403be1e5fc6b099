import { createHash } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles TypeScript for the Node that runs this, as `.mjs` files. Packages stay in node_modules, so that it is done in
 * no time. The files land in a folder named by their content, in one move: two launchers at once do each other no
 * harm, and what is unchanged is not written again.
 *
 * @param {string} root of the repository
 * @param {string[]} entryPoints relative to it
 * @returns {Promise<string>} the folder; each entry lies in it where it lies in the repository
 */
export async function bundle(root, entryPoints) {
  const out = join(root, '.build');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints,
    outbase: root,
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true, // what the functions share is loaded once: the SDK's clients, their connections
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: 'linked',
    write: false,
    logLevel: 'silent',
  });
  const hash = createHash('sha256');
  for (const { path, contents } of outputFiles) hash.update(relative(root, path)).update(contents);
  const folder = join(out, hash.digest('hex').slice(0, 16));
  if (await exists(folder)) return folder;

  const unfinished = `${folder}.${process.pid}`;
  for (const { path, contents } of outputFiles) {
    const target = join(unfinished, relative(out, path));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, contents);
  }
  await rename(unfinished, folder).catch(async (error) => {
    if (!(await exists(folder))) throw error; // else another launcher was first, with the same files
  });
  return folder;
}

const exists = (path) =>
  stat(path).then(
    () => true,
    () => false,
  );
