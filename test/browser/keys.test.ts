import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { newApiKey } from '../../shared/api-key.ts';
import { inChromium, violations } from '../harness/browser.ts';
import { rows, submitUrls, waitDone } from '../harness/page.ts';
import { until } from '../harness/until.ts';
import { useService } from '../harness/use-service.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

inChromium('the page of a stage that asks for keys', ({ open, allow }) => {
  const on = useService({ ENGINE: 'echo', MAX_WORKERS: '1', AUTH: 'keys' });
  const keys = async (...args: string[]) => {
    const all = ['--import', 'tsx', 'scripts/keys.ts', ...args, '--endpoint', on.service.aws];
    return (await promisify(execFile)(process.execPath, all, { cwd: root })).stdout.trim();
  };
  const enter = async (page: Page, key: string) => {
    await page.fill('#key', key);
    await page.click('#key-form button');
  };

  test('a wrong key is said to be one, images wait for a right one, and it stays in its tab', async () => {
    allow(/Failed to load resource.* 403|WebSocket connection/); // of the browser, about the wrong key
    const key = await keys('create', 'ann');
    const page = await open(`${on.service.http}/`);
    await page.locator('#key-form').waitFor();
    await submitUrls(page, [on.images.url('/waits.jpg')]);
    await enter(page, newApiKey());
    await page.locator('#key-why', { hasText: 'does not take this key' }).waitFor();
    expect(await rows(page, 'failed').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await enter(page, key);
    await waitDone(page, 1);

    await page.reload();
    await submitUrls(page, [on.images.url('/again.jpg')]);
    await waitDone(page, 2);
    expect(page.url()).not.toContain('cc_');
    expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie')).not.toContain('cc_');
    const other = await open(`${on.service.http}/`, page);
    await other.locator('#key-form').waitFor();
  });

  test('a key that is revoked in mid-session is told, and what waits goes on with another', async () => {
    allow(/Failed to load resource.* 403|WebSocket connection/);
    const [old, fresh] = await Promise.all([keys('create', 'bob'), keys('create', 'bob')]);
    const page = await open(`${on.service.http}/`);
    await enter(page, old);
    await submitUrls(page, [on.images.url('/before.jpg')]);
    await waitDone(page, 1);
    await keys('revoke', old.slice(3, 15));
    let sent = 0;
    await until(
      async () => {
        if (await page.locator('#key-form').isVisible()) return true;
        if ((await rows(page, 'running').count()) === 0)
          await submitUrls(page, [on.images.url(`/revoked-${sent++}.jpg`)]);
        return false;
      },
      30_000,
      () => 'the form for another key',
    );
    expect(await page.locator('#key-why').innerText()).toContain('was revoked');
    expect(await rows(page, 'failed').count()).toBe(0);
    await enter(page, fresh);
    await waitDone(page, 1 + sent);
  });
});
