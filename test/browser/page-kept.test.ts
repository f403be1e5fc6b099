import type { Page } from 'playwright-core';
import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { inChromium } from '../harness/browser.ts';
import { rows, submitUrls, textOf, waitDone } from '../harness/page.ts';
import { ended, startService } from '../harness/service.ts';
import { useService } from '../harness/use-service.ts';

const SETTINGS = { ENGINE: 'echo', ECHO_MS: '40', MAX_WORKERS: '1' };

inChromium('the page, reloaded, cut off and opened twice', ({ open, allow }) => {
  const on = useService(SETTINGS);
  const home = () => open(`${on.service.http}/`);
  const urls = (name: string, count: number) =>
    Array.from({ length: count }, (_, n) => on.images.url(`/${name}-${n}.jpg`));

  test('a batch of 50 goes on after a reload in its middle, and nothing is done twice', async () => {
    const page = await home();
    const batch = urls('batch', 50);
    await submitUrls(page, batch);
    await rows(page, 'done').nth(9).waitFor();
    const before = await idsOf(page);
    await page.reload();
    await waitDone(page, 50);
    const after = await idsOf(page);
    expect(new Set(after).size).toBe(50);
    expect(after).toEqual(batch.map((_, n) => before[n] ?? expect.any(String)));
    expect(await rows(page, 'done').locator('.item-name').allInnerTexts()).toEqual(batch);
  });

  test('what is asked for offline is classified when the network is back', async () => {
    const page = await home();
    await page.locator('[data-state=connected]').waitFor();
    await page.context().setOffline(true);
    await page.locator('[data-state=offline]').waitFor();
    await page.locator('#trouble', { hasText: 'no network. Nothing is lost' }).waitFor();
    await submitUrls(page, urls('offline', 3));
    await page.context().setOffline(false);
    await waitDone(page, 3);
    await page.locator('#trouble').waitFor({ state: 'hidden' });
    await page.locator('[data-state=connected]').waitFor();
  });

  test('two tabs each have their own images', async () => {
    const first = await home();
    const second = await open(`${on.service.http}/`, first);
    await Promise.all([submitUrls(first, urls('first', 5)), submitUrls(second, urls('second', 5))]);
    for (const [page, name] of [
      [first, 'first'],
      [second, 'second'],
    ] as const) {
      await waitDone(page, 5);
      await page.reload();
      await waitDone(page, 5);
      expect(
        await rows(page)
          .filter({ hasText: `/${name}-` })
          .count(),
      ).toBe(5);
    }
  });

  test('ten thousand addresses are taken, the page stays quick, and a reload loses none', async () => {
    const page = await home();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(urls('many', 10_000).join('\n'))})`);
    await page.focus('#urls');
    await page.keyboard.press('Control+V');
    await page.click('#classify');
    await rows(page, 'done').nth(3).waitFor();
    expect(await rows(page).count()).toBe(50);
    await page.reload();
    await page.locator('#summary', { hasText: / of 10,000 done/ }).waitFor();
    await page.click('#more');
    expect(await rows(page).count()).toBe(100);
    await page.click('#clear');
    await page.locator('#results').waitFor({ state: 'hidden' });
    expect(await kept(page)).toEqual([]);
  });

  test('what a full tab cannot keep is asked for again after a reload', async () => {
    const page = await home();
    await page.evaluate(`(() => {
      let filler = 'x'.repeat(4_000_000);
      for (let n = 0; filler.length > 1_000; n++)
        try { sessionStorage.setItem('filler' + n, filler); } catch { filler = filler.slice(filler.length / 2); }
      sessionStorage.setItem('filler-last', 'x'.repeat(500));
      sessionStorage.removeItem('filler0');
      sessionStorage.setItem('filler0', 'x'.repeat(4_000_000 - 5_000));
    })()`);
    await submitUrls(page, urls('full', 12));
    await waitDone(page, 12);
    expect(
      await page.evaluate(`Object.values(sessionStorage).filter((text) => /"labels"/.test(text)).length`),
    ).toBeLessThan(12);
    await page.reload();
    await waitDone(page, 12);
    expect(await rows(page, 'done').locator('.labels').count()).toBe(12);
  });

  test('what a service that was started anew knows nothing of is told after a reload, and can be tried again', async () => {
    const page = await home();
    await submitUrls(page, urls('forgotten', 1));
    await waitDone(page, 1);
    // As a reload finds it once the two minutes of a request have gone by.
    const requestId = v7({ msecs: Date.now() - 121_000 });
    await page.evaluate(`(() => {
      const { stage, ...kept } = JSON.parse(sessionStorage.getItem('image:1'));
      sessionStorage.setItem('image:1', JSON.stringify({ ...kept, requestId: '${requestId}' }));
    })()`);
    await page.reload();
    expect(await textOf(page, 'failed', 'forgotten')).toContain('Try again to send it anew');
    await rows(page).getByText('Try again', { exact: true }).click();
    await waitDone(page, 1);
  });

  // The last one: it ends the service of the others.
  test('a batch is finished by a service that was started anew, and the page says meanwhile what is amiss', async () => {
    const page = await open('about:blank');
    await page.clock.install();
    await page.goto(`${on.service.http}/`);
    allow(/Failed to load resource|WebSocket connection/); // of the browser, while nothing is there
    await submitUrls(page, urls('restart', 50));
    await rows(page, 'done').nth(4).waitFor();
    const { http, ws, aws, launcher } = on.service;
    const [HTTP_PORT, WS_PORT, AWS_PORT] = [http, ws, aws].map((url) => new URL(url).port);
    await ended(launcher, 'SIGKILL');
    const settings = { ...SETTINGS, ALLOWED_PRIVATE_HOSTS: on.images.host, HTTP_PORT, WS_PORT, AWS_PORT };
    const told = page.locator('#trouble', { hasText: 'Nothing is lost' }).waitFor();
    const service = await startService(settings);
    try {
      await told;
      await page.evaluate(`dispatchEvent(new Event('online'))`); // a pause between two tries may be long by now
      await page.locator('[data-state=connected]').waitFor();
      await page.clock.fastForward(12_000); // in which the client waits for what an older service had accepted
      await waitDone(page, 50, 200_000); // some are sent anew only after their deadline, where it was away for long
      await page.locator('#trouble').waitFor({ state: 'hidden' });
      expect(await page.locator('#summary').innerText()).toBe('50 of 50 done');
    } finally {
      await service.stop();
    }
  }, 300_000);
});

/** What the tab keeps of its images, in their order. */
async function kept(page: Page): Promise<{ requestId?: string | undefined }[]> {
  const texts = await page.evaluate<string[]>(`Object.keys(sessionStorage)
    .filter((name) => name.startsWith('image:'))
    .sort((a, b) => a.slice(6) - b.slice(6))
    .map((name) => sessionStorage.getItem(name))`);
  return texts.map((text) => z.object({ requestId: z.string().optional() }).parse(JSON.parse(text)));
}
const idsOf = async (page: Page) => (await kept(page)).map(({ requestId }) => requestId);
