import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { until } from './until.ts';

/** The images of the page, in the state that their place in the list tells. */
export const rows = (page: Page, state: 'done' | 'failed' | 'running' | 'item' = 'item'): Locator =>
  page.locator(`#list .${state}`);

/** Gives the page addresses, as if typed. */
export async function submitUrls(page: Page, urls: readonly string[]): Promise<void> {
  await page.fill('#urls', urls.join('\n'));
  await page.click('#classify');
}

/** Waits until so many images are done, all in all. */
export async function waitDone(page: Page, count: number, timeoutMs = 30_000): Promise<void> {
  await until(
    async () => (await page.locator('#summary').textContent())?.startsWith(`${count} of `) === true,
    timeoutMs,
    () => `${count} images that are done`,
  );
}

/** The text of one image's row, when it has come to this state. */
export async function textOf(page: Page, state: 'done' | 'failed', name: string): Promise<string> {
  const row = rows(page, state).filter({ hasText: name });
  await row.first().waitFor();
  return (await row.first().innerText()) ?? expect.fail(`no ${name}`);
}
