import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
}

/**
 * Where weights are kept when CLASSIFYCLOUD_HOME names no folder: `classifycloud` in the user's cache folder,
 * which is `$XDG_CACHE_HOME` or `~/.cache`, on macOS `~/Library/Caches`, on Windows `%LOCALAPPDATA%`.
 */
export function defaultHome(
  { platform, env, home }: Machine = { platform: process.platform, env: process.env, home: homedir() },
): string {
  switch (platform) {
    case 'win32':
      return win32.join(env.LOCALAPPDATA || win32.join(home, 'AppData', 'Local'), 'classifycloud');
    case 'darwin':
      return posix.join(home, 'Library', 'Caches', 'classifycloud');
    default:
      return posix.join(env.XDG_CACHE_HOME || posix.join(home, '.cache'), 'classifycloud');
  }
}
