import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWorker } from '../../local/build-worker.ts';
import { encodeManifest, MANIFEST, type ModelFolder, modelFolder } from '../../worker/models/manifest.ts';
import { type Archive, type ArchiveFile, readTarball, writeArchive } from './archive.ts';
import { fetchPackages } from './fetch-packages.ts';
import { lockedPackages } from './locked-packages.ts';
import { type Architecture, NODE_RUNTIME } from './platform.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packageCache = join(root, '.build', 'packages');

export interface BundleOptions {
  readonly architecture: Architecture;
  /** What the workers are ready for at once; they fetch other models when they first need them. */
  readonly model: ModelFolder;
  /** The archive is written into it. */
  readonly folder: string;
  readonly signal?: AbortSignal;
}

type Files = Map<string, ArchiveFile>;

/**
 * Builds what a worker machine runs, in one archive: Node.js, the program, its native packages for that machine, the
 * default model, and the unit that starts it. A machine needs nothing else, and downloads nothing else.
 *
 *     bin/node                                  worker/main.mjs, and its threads and its decoder beside it
 *     node_modules/…                            models/{name}/{version}/…
 *     machine/install, machine/classifycloud-worker.service
 *
 * @throws {PackageError} A package cannot be had, or is not the pinned one.
 */
export async function buildWorkerBundle(options: BundleOptions): Promise<Archive> {
  const parts = await Promise.all([
    programFiles(),
    machineFiles(),
    packageFiles(options.architecture, options.signal),
    modelFiles(options.model),
  ]);
  return writeArchive(new Map(parts.flatMap((files) => [...files])), options.folder);
}

async function programFiles(): Promise<Files> {
  const files = await folderFiles(dirname(await buildWorker()), 'worker');
  // Without source maps: the program is not minified, and its stacks are readable as they are.
  return new Map([...files].filter(([path]) => path.endsWith('.mjs')));
}

const machineFiles = (): Promise<Files> =>
  folderFiles(join(root, 'infra', 'machine'), 'machine', ['install']);

/** What the worker loads of its packages. Of onnxruntime-node the rest is for other machines, or for installing it. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  'onnxruntime-node': /^(package\.json|dist\/[\w-]+\.js|bin\/napi-v\d+\/linux\/ARCH\/.+)$/,
  'onnxruntime-common': /^(package\.json|dist\/(cjs|esm)\/.+\.js|dist\/cjs\/package\.json)$/,
  sharp: /^(package\.json|LICENSE|dist\/.+\.[cm]js)$/,
  '@img/colour': /^(package\.json|LICENSE.*|.+\.[cm]?js)$/,
  '@img/sharp-linux-ARCH': /^(package\.json|LICENSE|index\.cjs|lib\/.+\.node)$/,
  '@img/sharp-libvips-linux-ARCH': /^(package\.json|versions\.json|README\.md|lib\/(index\.js|.+\.so.*))$/,
  'detect-libc': /^(package\.json|LICENSE|.+\.js)$/,
  semver: /^(package\.json|LICENSE|.+\.js)$/,
};

async function packageFiles(architecture: Architecture, signal?: AbortSignal): Promise<Files> {
  const named = Object.entries(PACKAGES).map(
    ([name, wanted]) =>
      [name.replace('ARCH', architecture), new RegExp(wanted.source.replace('ARCH', architecture))] as const,
  );
  const packages = [
    NODE_RUNTIME[architecture],
    ...(await lockedPackages(
      root,
      named.map(([name]) => name),
    )),
  ];
  const [node = '', ...tarballs] = await fetchPackages(packages, packageCache, signal);
  const ofPackages = tarballs.map((tarball, i) => {
    const [name = '', wanted] = named[i] ?? [];
    return readTarball(tarball, (path) => {
      const inner = path.slice(path.indexOf('/') + 1); // each tarball's files lie in one folder, `package` mostly
      return wanted?.test(inner) ? posix.join('node_modules', name, inner) : undefined;
    });
  });
  const ofNode = readTarball(
    node,
    (path) => ({ 'package/bin/node': 'bin/node', 'package/LICENSE': 'bin/LICENSE' })[path],
  );
  return new Map((await Promise.all([ofNode, ...ofPackages])).flatMap((files) => [...files]));
}

/** The model as it lies in a home, with no other files than its manifest lists. */
async function modelFiles({ manifest, folder }: ModelFolder): Promise<Files> {
  const target = modelFolder('', manifest);
  const text = Buffer.from(encodeManifest(manifest));
  const files: Files = new Map([[posix.join(target, MANIFEST), { bytes: text, executable: false }]]);
  for (const name of Object.keys(manifest.files))
    files.set(posix.join(target, name), { bytes: await readFile(join(folder, name)), executable: false });
  return files;
}

async function folderFiles(
  folder: string,
  target: string,
  executables: readonly string[] = [],
): Promise<Files> {
  const names = await readdir(folder);
  const files = names.map(async (name) => {
    const file = { bytes: await readFile(join(folder, name)), executable: executables.includes(name) };
    return [posix.join(target, name), file] as const;
  });
  return new Map(await Promise.all(files));
}
