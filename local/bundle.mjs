import { createHash } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Bundles TypeScript for the Node that runs this, as `.mjs` files. They land in a folder named by their content, in one
 * move: two launchers at once do each other no harm, and what is unchanged is not written again.
 *
 * @param {import('esbuild').BuildOptions} options entry points, relative to the root of the repository, and what differs
 * @returns {Promise<string>} the folder; an entry lies in it where it lies in the repository, or where it is named to
 */
export async function bundle(options) {
  const out = join(root, '.build');
  const outdir = join(out, 'nowhere'); // as deep as the folder that it becomes: source maps hold relative paths
  const { outputFiles } = await build({
    absWorkingDir: root,
    outbase: root,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: 'linked',
    logLevel: 'silent',
    ...options,
    write: false,
  });
  const files = outputFiles.map(({ path, contents, text }) => ({
    path,
    contents: path.endsWith('.mjs') ? Buffer.from(inLatin1(text)) : contents,
  }));
  const hash = createHash('sha256');
  for (const { path, contents } of files) hash.update(relative(root, path)).update(contents);
  const folder = join(out, hash.digest('hex').slice(0, 16));
  if (await exists(folder)) return folder;

  const unfinished = `${folder}.${process.pid}`;
  for (const { path, contents } of files) {
    const target = join(unfinished, relative(outdir, path));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, contents);
  }
  await rename(unfinished, folder).catch(async (error) => {
    if (!(await exists(folder))) throw error; // else another launcher was first, with the same files
  });
  return folder;
}

/**
 * V8 keeps a program's text for as long as it runs, each character in two bytes where one of them is not of Latin-1. esbuild
 * escapes those of strings and leaves those of comments and regular expressions, in which an escape means the same.
 */
const inLatin1 = (program) =>
  program.replace(/[^\0-\xff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

const exists = (path) =>
  stat(path).then(
    () => true,
    () => false,
  );
