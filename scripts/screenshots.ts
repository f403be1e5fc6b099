import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { startChromium } from '../test/harness/chromium.ts';
import { startImageServer } from '../test/harness/image-server.ts';
import { startService } from '../test/harness/service.ts';
import { drawings } from './screenshots/drawings.ts';

// `npm run screenshots`: the pictures of the page in README.md, of a real `npm start` with the real net. What they show is
// drawn here: the sample is another's photo.
const folder = fileURLToPath(new URL('../docs/screens/', import.meta.url));
const SCREENS = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1200, height: 930 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1200, height: 930 } },
  { name: 'phone', colorScheme: 'light', viewport: { width: 390, height: 844 } },
] as const;

/** How long the fleet is watched first, so that the plot has something to show, in ms. */
const WATCHED_MS = 40_000;

const images = await startImageServer();
console.log('Starting the service …');
const service = await startService({ ALLOWED_PRIVATE_HOSTS: images.host });
const browser = await startChromium();
try {
  const page = await browser.newPage({ viewport: SCREENS[0].viewport });
  await page.goto(`${service.http}/`);
  console.log(`Giving the fleet something to do, for ${WATCHED_MS / 1000} s …`);
  await keepBusy(browser);
  await page.waitForTimeout(WATCHED_MS);
  const files = await Promise.all(Object.entries(drawings).map(async ([name, svg]) => fileOf(name, svg)));
  await page.setInputFiles('#files', files);
  await page
    .locator('#list .done')
    .nth(files.length - 1)
    .waitFor();
  await page.waitForTimeout(3_000); // the bars have grown, and the fleet was asked for once more
  await mkdir(folder, { recursive: true });
  for (const screen of SCREENS) await shoot(page, screen);
} finally {
  await browser.close();
  await service.stop();
  await images.stop();
}

/** Has another tab classify now and then. */
async function keepBusy(browser: Browser): Promise<void> {
  const other = await browser.newPage();
  await other.goto(`${service.http}/`);
  const urls = Array.from({ length: 300 }, (_, n) => images.url(`/${n}.jpg`));
  await other.fill('#urls', urls.join('\n'));
  await other.click('#classify');
}

async function fileOf(name: string, svg: string) {
  const buffer = await sharp(Buffer.from(svg))
    .flatten({ background: '#fff' })
    .jpeg({ quality: 90 })
    .toBuffer();
  return { name: `${name}.jpg`, mimeType: 'image/jpeg', buffer };
}

async function shoot(page: Page, { name, colorScheme, viewport }: (typeof SCREENS)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize(viewport);
  await page.waitForTimeout(500); // the plot takes its new size
  const png = await page.screenshot();
  const path = `${folder}${name}.png`;
  const { size } = await sharp(png).png({ palette: true, colours: 128, effort: 10 }).toFile(path);
  console.log(`docs/screens/${name}.png  ${Math.round(size / 1000)} kB`);
}
