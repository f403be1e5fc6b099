import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const asked = process.env.CHROMIUM;
const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** The Chromium that CHROMIUM names, or else one of this machine, if it has one. */
export const chromiumPath = (asked ? [asked] : usual).find((path) => existsSync(path));
export const MISSING =
  `There is no Chromium ${asked ? `at ${asked}, which CHROMIUM names` : 'here'}: ` +
  'install it (on Debian: apt-get install chromium), or set CHROMIUM to its path.';

/** Starts Chromium. @throws Error that says how to get one */
export async function startChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(MISSING);
  // As root, as in a container, its sandbox refuses to start.
  return chromium.launch({ executablePath: chromiumPath, chromiumSandbox: process.getuid?.() !== 0 });
}
