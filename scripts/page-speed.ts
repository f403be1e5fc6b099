import type { Browser } from 'playwright-core';
import { startChromium } from '../test/harness/chromium.ts';
import { startService } from '../test/harness/service.ts';

// `npm run bench:page`: what somebody waits for who opens the page in Chromium and clicks on the sample, of a real
// `npm start` with a warm worker. Each time in a browser profile of its own, which knows nothing of the page.
const TIMES = 20;

const service = await startService();
const browser = await startChromium();
try {
  await once(browser); // warms the worker, and this machine's caches
  const times = [];
  for (let i = 0; i < TIMES; i++) times.push(await once(browser));
  console.log(`${TIMES} times, in ms         median   slowest`);
  for (const [name, what] of [
    ['load', 'page loaded'],
    ['label', 'click to first label'],
  ] as const) {
    const sorted = times.map((time) => time[name]).sort((a, b) => a - b);
    const [median = 0, slowest = 0] = [sorted[Math.floor(TIMES / 2)], sorted.at(-1)];
    console.log(`${what.padEnd(22)} ${median.toFixed(0).padStart(8)} ${slowest.toFixed(0).padStart(9)}`);
  }
} finally {
  await browser.close();
  await service.stop();
}

/** Opens the page and clicks; both times are the browser's own, the second up to the frame that shows the label. */
async function once(browser: Browser): Promise<{ load: number; label: number }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${service.http}/`);
  await page.locator('[data-state=connected]').waitFor();
  const label = await page.evaluate<number>(`new Promise((resolve) => {
    const clicked = performance.now();
    new MutationObserver(() => {
      if (document.querySelector('.labels li'))
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - clicked)));
    }).observe(document.getElementById('list'), { childList: true, subtree: true });
    document.getElementById('sample').click();
  })`);
  const load = await page.evaluate<number>("performance.getEntriesByType('navigation')[0].loadEventEnd");
  await context.close();
  return { load, label };
}
