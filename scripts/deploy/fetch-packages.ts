import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from '../../worker/models/file-hash.ts';
import { npmCommand, npmEnvironment } from '../../worker/models/npm-command.ts';
import { CommandFailedError, runCommand } from '../run-command.ts';
import type { PinnedPackage } from './platform.ts';

/** A package that the bundle needs cannot be had, or is not the one that was pinned. */
export class PackageError extends Error {
  override readonly name = 'PackageError';
}

/**
 * The tarballs of packages, fetched with the user's own npm configuration unless they are in `folder` already. Each is
 * checked against its pinned hash, every time.
 *
 * @returns the tarballs' paths, in the order asked for
 * @throws {PackageError} npm cannot get one, or its hash is another.
 */
export async function fetchPackages(
  packages: readonly PinnedPackage[],
  folder: string,
  signal?: AbortSignal,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const held = await Promise.all(packages.map((one) => isIntact(tarballOf(folder, one), one)));
  const missing = packages.filter((_one, i) => !held[i]);
  if (missing.length > 0) await fetchInto(folder, missing, signal);
  return packages.map((one) => tarballOf(folder, one));
}

async function fetchInto(
  folder: string,
  packages: readonly PinnedPackage[],
  signal?: AbortSignal,
): Promise<void> {
  const temporary = await mkdtemp(join(folder, '.fetching-'));
  try {
    await npmPack(packages, temporary, signal);
    for (const one of packages) {
      const tarball = tarballOf(temporary, one);
      if (!(await isIntact(tarball, one)))
        throw new PackageError(
          `${specOf(one)} differs from the one that is pinned; see which registry npm is set to`,
        );
      await rename(tarball, tarballOf(folder, one));
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function npmPack(
  packages: readonly PinnedPackage[],
  destination: string,
  signal?: AbortSignal,
): Promise<void> {
  const { command, args } = npmCommand();
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-update-notifier', '--loglevel=error'];
  const env = { ...npmEnvironment(), npm_config_pack_destination: destination };
  try {
    await runCommand(command, [...args, 'pack', ...packages.map(specOf), ...flags], { env, signal });
  } catch (cause) {
    if (!(cause instanceof CommandFailedError)) throw cause;
    const names = packages.map(specOf).join(', ');
    throw new PackageError(`npm could not fetch ${names}. ${cause.message}`, { cause });
  }
}

const specOf = ({ name, version }: PinnedPackage) => `${name}@${version}`;

/** The name that npm gives a tarball: `@img/colour` in 1.1.0 becomes `img-colour-1.1.0.tgz`. */
const tarballOf = (folder: string, { name, version }: PinnedPackage) =>
  join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);

async function isIntact(path: string, { integrity }: PinnedPackage): Promise<boolean> {
  try {
    return `sha512-${await hashFile(path, 'sha512', 'base64')}` === integrity;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
