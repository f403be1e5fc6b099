import { expect, test } from 'vitest';
import { inChromium, violations } from '../harness/browser.ts';
import { rows, submitUrls } from '../harness/page.ts';
import { useService } from '../harness/use-service.ts';

inChromium('the page, asked for more than labels,', ({ open }) => {
  const on = useService({ ENGINE: 'echo', MAX_WORKERS: '1' });

  test('shows kinds, colours and image facts where they are ticked, after a reload too, and copies them', async () => {
    const page = await open(`${on.service.http}/`);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await submitUrls(page, [on.images.url('/plain.jpg')]);
    await rows(page, 'done').waitFor();
    const more = page.locator('#list .kind, #list .swatches, #list .fact');
    expect(await more.count()).toBe(0);

    await page.click('.options summary');
    await page.fill('#top-k', '1');
    for (const name of ['parents', 'colors', 'image']) await page.check(`[value=${name}]`);
    await submitUrls(page, [on.images.url('/more.jpg')]);
    const row = rows(page, 'done').filter({ hasText: '/more.jpg' });
    await row.waitFor();
    expect(await row.locator('.kind').innerText()).toBe('dog: retriever, sporting dog, hunting dog');
    expect(await row.locator('.swatches li').first().innerText()).toMatch(/^[a-z ]+ [\d.]+ %$/);
    expect(await row.locator('.fact').innerText()).toMatch(/^Image \d+ × \d+ pixels, JPEG, \d+ kB$/);
    expect(await violations(page)).toEqual([]);

    await row.getByRole('button', { name: /Copy as JSON/ }).click();
    const copied: unknown = JSON.parse(await page.evaluate('navigator.clipboard.readText()'));
    expect(copied).toMatchObject({ labels: [{ category: 'dog' }], image: { format: 'jpeg' } });
    await row.getByRole('button', { name: /Copy as curl/ }).click();
    const curl = String(await page.evaluate('navigator.clipboard.readText()'));
    expect(curl).toContain('topK=1&minConfidence=0&parents=true&colors=true&image=true');
    await row.getByRole('button', { name: /Copy as JavaScript/ }).click();
    const code = String(await page.evaluate('navigator.clipboard.readText()'));
    expect(code).toContain('{ topK: 1, minConfidence: 0, parents: true, colors: true, image: true }');

    const before = await row.innerText();
    await page.reload();
    await row.waitFor();
    expect(await row.innerText()).toBe(before);
  });
});
