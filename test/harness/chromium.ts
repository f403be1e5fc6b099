import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const paths = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
/** A Chromium of this machine, if it has one. */
export const chromiumPath = paths.find((path) => path !== undefined && path !== '' && existsSync(path));
export const MISSING =
  'There is no Chromium here: install it (on Debian: apt-get install chromium), or set CHROMIUM to its path.';

/** Starts Chromium. @throws Error that says how to get one */
export async function startChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(MISSING);
  // As root, as in a container, its sandbox refuses to start.
  return chromium.launch({ executablePath: chromiumPath, chromiumSandbox: process.getuid?.() !== 0 });
}
