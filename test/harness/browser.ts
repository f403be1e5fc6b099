import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, MISSING, startChromium } from './chromium.ts';
import { whyNotReceived, whyNotSent } from './messages.ts';

/**
 * Tests in Chromium. Where there is none they are left out, with a word about it; with BROWSER_TESTS=required, as in CI,
 * they fail.
 */
export function inChromium(name: string, define: (browser: OpenPages) => void): void {
  if (chromiumPath !== undefined) describe(name, () => define(usePages()));
  else if (process.env.BROWSER_TESTS === 'required') test(name, () => expect.fail(MISSING));
  else {
    console.warn(`${name}: left out. ${MISSING}`);
    test.skip(name);
  }
}

export interface OpenPages {
  /** Opens a page in a context of its own, or as one more tab of another's, and waits until it is connected. */
  open(url: string, tabOf?: Page): Promise<Page>;
  /** For what a test does on purpose: what the browser itself says of a call or a socket that failed. */
  allow(message: RegExp): void;
}

interface Frame {
  payload: string | Buffer;
}

/**
 * One browser for all tests of a file; after each, no page may have said or thrown anything wrong, and what went over its
 * sockets has to be what the AsyncAPI document allows.
 */
function usePages(): OpenPages {
  let browser: Browser;
  const contexts = new Set<BrowserContext>();
  let wrong: string[] = [];
  let allowed: RegExp[] = [];
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const context of contexts) await context.close();
    contexts.clear();
    const [said, pardoned] = [wrong, allowed];
    [wrong, allowed] = [[], []];
    expect(said.filter((text) => !pardoned.some((pattern) => pattern.test(text)))).toEqual([]);
  });
  return {
    allow: (message) => allowed.push(message),
    async open(url, tabOf) {
      const context = tabOf?.context() ?? (await browser.newContext());
      contexts.add(context);
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) wrong.push(message.text());
      });
      page.on('pageerror', (error) => wrong.push(String(error)));
      page.on('websocket', (socket) => {
        const check = (why: (message: unknown) => string | undefined) => (frame: Frame) => {
          const refusal = why(JSON.parse(String(frame.payload)));
          if (refusal !== undefined) wrong.push(`not in the AsyncAPI document: ${frame.payload}: ${refusal}`);
        };
        socket.on('framesent', check(whyNotSent)).on('framereceived', check(whyNotReceived));
      });
      await page.goto(url);
      return page;
    },
  };
}

/** What axe-core finds wrong with a page, in light and in dark. */
export async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(axe.source); // by the debugger: the page's own policy lets nothing in
    const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
      'axe.run()',
    );
    for (const { id, nodes } of violations)
      found.push(...nodes.map(({ html }) => `${colorScheme} ${id}: ${html}`));
  }
  return found;
}
