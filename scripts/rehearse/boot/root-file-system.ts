import { access, rename, rm } from 'node:fs/promises';
import { runCommand } from '../../run-command.ts';

/** What a cloud image of Ubuntu has, and a minimal Debian lacks, as far as a worker's boot asks for it. */
const PACKAGES = ['systemd', 'systemd-sysv', 'dbus', 'curl', 'ca-certificates', 'libstdc++6', 'procps'];
const RELEASE = 'bookworm';

/**
 * A fresh root file system of Debian, in place of Ubuntu's image, made once by debootstrap.
 * @throws {CommandFailedError} It failed.
 */
export async function makeRootFileSystem(folder: string, signal: AbortSignal): Promise<void> {
  const there = await access(folder).then(
    () => true,
    () => false,
  );
  if (there) return;
  const unfinished = `${folder}.${process.pid}`;
  try {
    const flags = ['--variant=minbase', `--include=${PACKAGES.join(',')}`];
    await runCommand('debootstrap', [...flags, RELEASE, unfinished], { signal });
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
