import { execFile, spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { newApiKey } from '../../shared/api-key.ts';
import { KeyStore } from '../../shared/key-store.ts';
import { inChromium, violations } from '../harness/browser.ts';
import { rows, submitUrls, textOf, waitDone } from '../harness/page.ts';
import { until } from '../harness/until.ts';
import { useService } from '../harness/use-service.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const hasCurl = spawnSync('curl', ['--version']).status === 0;

inChromium('the page of a stage that asks for keys', ({ open, allow }) => {
  const on = useService({ ENGINE: 'echo', MAX_WORKERS: '1', AUTH: 'keys' });
  const keys = new KeyStore('local');
  beforeAll(() => {
    Object.assign(process.env, { AWS_ENDPOINT_URL: on.service.aws, AWS_REGION: 'us-east-1' });
    process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'test';
  });
  const enter = async (page: Page, key: string) => {
    await page.fill('#key', key);
    await page.click('#key-form button');
  };

  test('a wrong key is said to be one, images wait for a right one, and it stays in its tab', async () => {
    allow(/Failed to load resource.* 403|WebSocket connection/); // of the browser, about the wrong key
    const { key } = await keys.create('ann');
    const page = await open(`${on.service.http}/`);
    await page.locator('#key-form').waitFor();
    await submitUrls(page, [on.images.url('/waits.jpg')]);
    const gone = join(tmpdir(), `classifycloud-gone-${process.pid}.jpg`);
    await writeFile(gone, 'An image, for a while.');
    await page.setInputFiles('#files', gone);
    await rows(page, 'running').filter({ hasText: 'gone' }).waitFor();
    await rm(gone);
    await enter(page, newApiKey());
    await page.locator('#key-why', { hasText: 'does not take this key' }).waitFor();
    expect(await rows(page, 'failed').filter({ hasText: 'waits' }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await enter(page, key);
    await waitDone(page, 1);
    expect(await textOf(page, 'failed', 'gone')).toContain('Choose the file again');

    await page.reload();
    await submitUrls(page, [on.images.url('/again.jpg')]);
    await waitDone(page, 2);
    expect(page.url()).not.toContain('cc_');
    expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie')).not.toContain('cc_');
    const other = await open(`${on.service.http}/`, page);
    await other.locator('#key-form').waitFor();
  });

  test('what is copied as JavaScript or for curl does the same, and no key is in it', async () => {
    const { key } = await keys.create('cat');
    const page = await open(`${on.service.http}/`);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await enter(page, key);
    await page.click('.options summary');
    await page.fill('#top-k', '2');
    await submitUrls(page, [on.images.url("/it's.jpg")]);
    await waitDone(page, 1);
    const labels = await rows(page).locator('.labels .name').allInnerTexts();
    expect(labels).toHaveLength(2);
    const copied = async (button: string) => {
      await page.evaluate(`navigator.clipboard.writeText('')`);
      await page.getByText(button, { exact: true }).first().click();
      const read = () => page.evaluate<string>('navigator.clipboard.readText()');
      await until(async () => (await read()) !== '', 5_000);
      const text = await read();
      expect(text).not.toContain(key);
      return text;
    };
    const env = { ...process.env, CLASSIFYCLOUD_KEY: key };
    const run = async (...[program, ...args]: [string, ...string[]]) =>
      (await promisify(execFile)(program, args, { cwd: root, env, timeout: 30_000 })).stdout;
    const evaluate = (code: string) => {
      const here = code.replaceAll('@classifycloud/client', pathToFileURL(join(root, 'client/node.ts')).href);
      return run(process.execPath, '--import', 'tsx', '--input-type=module', '--eval', here);
    };
    const forOne = await copied('JavaScript');
    const curl = await copied('curl');
    await submitUrls(page, [on.images.url('/other.jpg')]);
    await waitDone(page, 2);
    const forAll = await copied('Copy code');
    const [one, all, called] = await Promise.all([
      evaluate(forOne),
      evaluate(forAll),
      hasCurl ? run('sh', '-c', curl) : '',
    ]);
    for (const label of labels) expect(one).toContain(label);
    expect(one.match(/confidence/g)).toHaveLength(2);
    expect(all).toMatch(/it's\.jpg[\s\S]*other\.jpg|other\.jpg[\s\S]*it's\.jpg/);
    if (hasCurl) expect(JSON.parse(called)).toMatchObject({ labels: labels.map((label) => ({ label })) });

    // As in a page that did not come by HTTPS: there is no clipboard.
    await page.evaluate(`Object.defineProperty(navigator, 'clipboard', { value: undefined })`);
    await page.getByText('Copy code', { exact: true }).click();
    await page.locator('#to-copy').waitFor();
    const selected =
      'value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)';
    expect(await page.evaluate(`document.activeElement.${selected}`)).toBe(forAll);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('#to-copy').waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.id')).toBe('copy-code');
  });

  test('a key that is revoked in mid-session is told, and what waits goes on with another', async () => {
    allow(/Failed to load resource.* 403|WebSocket connection/);
    const [old, fresh] = await Promise.all([keys.create('bob'), keys.create('bob')]);
    const page = await open(`${on.service.http}/`);
    await enter(page, old.key);
    await submitUrls(page, [on.images.url('/before.jpg')]);
    await waitDone(page, 1);
    await keys.revoke(old.kept.id);
    // Keys are read again every 15 s, and where somebody shows an unknown one: no need to wait for the former.
    const authorization = `Bearer ${newApiKey()}`;
    const stranger = () => fetch(`${on.service.http}/requests/-`, { headers: { authorization } });
    let sent = 0;
    await until(
      async () => {
        await stranger();
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
    await enter(page, fresh.key);
    await waitDone(page, 1 + sent);
  });
});
