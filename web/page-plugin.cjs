const { readFile } = require('node:fs/promises');
const { basename, join } = require('node:path');
const { promisify } = require('node:util');
const { brotliCompress, gzip } = require('node:zlib');
const { build } = require('esbuild');

const types = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

/**
 * Builds the page: its document, with the hashed names of what it asks for put in, and those files, compressed already.
 * @returns {Promise<{ document: string, assets: Record<string, { type: string, br: string, gzip: string }> }>} base64
 */
async function buildPage() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: __dirname,
    entryPoints: ['main.ts', 'style.css', 'icon.svg'],
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    outdir: 'assets',
    loader: { '.svg': 'copy' },
    bundle: true,
    splitting: true, // the plot is loaded when the page is there
    format: 'esm',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
    write: false,
  });
  const names = Object.entries(metafile.outputs).map(([path, { entryPoint }]) => [
    entryPoint,
    basename(path),
  ]);
  const nameOf = Object.fromEntries(names);
  const template = await readFile(join(__dirname, 'index.html'), 'utf8');
  const document = template.replace(/\{\{asset (\S+?)\}\}/g, (_, entry) => `assets/${nameOf[entry]}`);
  return { document, assets: Object.fromEntries(await Promise.all(outputFiles.map(compressed))) };
}

async function compressed({ path, contents }) {
  const [br, zipped] = await Promise.all([promisify(brotliCompress)(contents), promisify(gzip)(contents)]);
  const type = types[/\.\w+$/.exec(path)[0]];
  return [basename(path), { type, br: br.toString('base64'), gzip: zipped.toString('base64') }];
}

/** Lets a function's bundle import the page, as `virtual:page`. CommonJS, for serverless-esbuild loads nothing else. */
const pagePlugin = {
  name: 'page',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^virtual:page$/ }, ({ path }) => ({ path, namespace: 'page' }));
    onLoad({ filter: /.*/, namespace: 'page' }, async () => ({
      contents: JSON.stringify(await buildPage()),
      loader: 'json',
    }));
  },
};

module.exports = [pagePlugin];
