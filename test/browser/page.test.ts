import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inChromium, violations } from '../harness/browser.ts';
import { rows, submitUrls, textOf, waitDone } from '../harness/page.ts';
import { until } from '../harness/until.ts';
import { useService } from '../harness/use-service.ts';

inChromium('the page', ({ open }) => {
  const served = 'inception-v3,nsfw-inception-v3'; // beside them there may be more in the developer’s home
  const on = useService({ ENGINE: 'echo', ECHO_MS: '40', MAX_WORKERS: '1', MODELS: served });
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'classifycloud-page-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const home = () => open(`${on.service.http}/`);
  const urls = (name: string, count: number) =>
    Array.from({ length: count }, (_, n) => on.images.url(`/${name}-${n}.jpg`));

  test('the sample gets its labels as bars, the fleet is shown, and axe-core finds nothing wrong', async () => {
    const page = await home();
    await page.click('#sample');
    await rows(page, 'done').waitFor();
    expect(await page.locator('.labels li').count()).toBe(5);
    expect(await page.locator('.labels .bar span').first().boundingBox()).toMatchObject({
      width: expect.any(Number),
    });
    expect(await page.locator('.timing').innerText()).toMatch(/queue .* download .* decode .* classify/);
    await until(
      async () => /^\d+$/.test(await page.locator('[data-figure="ready"]').innerText()),
      15_000,
      () => 'the fleet',
    );
    await page.locator('#plot canvas').waitFor();
    const announced = page.locator('#announcements');
    await until(async () => /labrador\.jpg: .+ %/.test(await announced.innerText()), 5_000);
    expect(await violations(page)).toEqual([]);
  });

  test('each address has its labels or a sentence that says what to do', async () => {
    const page = await home();
    await page.click('.options summary');
    await page.fill('#top-k', '2');
    await submitUrls(page, [
      ...['/fine.jpg', '/missing.jpg', '/text.jpg', '/30mb.jpg'].map(on.images.url),
      ...['http://10.0.0.1/private.jpg', 'nonsense'],
    ]);
    expect(await page.locator('#intake-problem').innerText()).toContain('“nonsense” is not an address');
    expect(await page.inputValue('#urls')).toBe('nonsense');
    await textOf(page, 'done', '/fine.jpg');
    expect(await rows(page, 'done').locator('.labels li').count()).toBe(2);
    expect(await textOf(page, 'failed', '/missing.jpg')).toContain('save it and drop the file here');
    expect(await textOf(page, 'failed', '/text.jpg')).toContain('Use a JPEG, PNG');
    expect(await textOf(page, 'failed', '/30mb.jpg')).toContain('at most 20 MB');
    expect(await textOf(page, 'failed', 'private.jpg')).toContain('not open to everybody');
    expect(await violations(page)).toEqual([]);
    await page.click('label:has([value=failed])');
    expect([await rows(page).count(), await rows(page, 'failed').count()]).toEqual([4, 4]);
  });

  test('the models that the stage serves are offered where the options are, and the chosen one answers', async () => {
    const page = await home();
    await page.click('.options summary');
    await page.locator('#model-choice').waitFor();
    expect(await page.locator('#model option').allInnerTexts()).toEqual([
      'inception-v3',
      'nsfw-inception-v3',
    ]);
    await page.selectOption('#model', 'nsfw-inception-v3');
    await submitUrls(page, [on.images.url('/chosen.jpg')]);
    await textOf(page, 'done', '/chosen.jpg');
    expect(await page.locator('.timing').getAttribute('title')).toContain('nsfw-inception-v3');
    expect(await violations(page)).toEqual([]);
  });

  test('files are uploaded and classified, and are there with their pictures after a reload', async () => {
    const page = await home();
    const create = { width: 320, height: 240, channels: 3 as const, background: 'teal' };
    const files = ['teal.png', 'notes.jpg', 'huge.jpg'].map((name) => join(folder, name));
    const [teal = '', notes = '', huge = ''] = files;
    await sharp({ create }).toFile(teal);
    await writeFile(notes, 'No image at all.');
    await writeFile(huge, Buffer.alloc(20_000_001));
    await page.setInputFiles('#files', files);
    await textOf(page, 'done', 'teal.png');
    await textOf(page, 'failed', 'notes.jpg');
    await textOf(page, 'failed', 'huge.jpg');
    const before = await page.locator('#list').innerText();
    await page.reload();
    await rows(page).nth(2).waitFor();
    expect(await page.locator('#list').innerText()).toBe(before);
    expect(await rows(page, 'done').locator('img').getAttribute('src')).toMatch(/^data:image\/webp/);
  });

  test('files and addresses that are dropped, and a picture that is pasted, are classified', async () => {
    const page = await home();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const photo = await (await fetch(on.images.url('/photo.jpg'))).arrayBuffer();
    const drop = (fill: string) =>
      page.evaluate(`(() => {
        const dataTransfer = new DataTransfer();
        ${fill}
        const event = (type) => new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
        const taken = !document.body.dispatchEvent(event('dragover'));
        const shown = !document.getElementById('dropping').hidden;
        document.body.dispatchEvent(event('drop'));
        return taken && shown && document.getElementById('dropping').hidden;
      })()`);
    const file = (name: string) =>
      `dataTransfer.items.add(new File([Uint8Array.from(atob('${Buffer.from(photo).toString('base64')}'), (c) => c.charCodeAt(0))], '${name}'));`;
    expect(await drop(file('dropped-1.jpg') + file('dropped-2.jpg'))).toBe(true);
    await waitDone(page, 2);
    const list = `# a comment\r\n${on.images.url('/dragged.jpg')}\r\n`;
    expect(await drop(`dataTransfer.setData('text/uri-list', ${JSON.stringify(list)});`)).toBe(true);
    await waitDone(page, 3);
    expect(await drop(`dataTransfer.setData('text/plain', 'no image');`)).toBe(false);

    await page.evaluate(`(async () => {
      const canvas = document.createElement('canvas');
      canvas.getContext('2d').fillRect(0, 0, 99, 99);
      const picture = await new Promise((done) => canvas.toBlob(done));
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
    })()`);
    await page.focus('#urls');
    await page.keyboard.press('Control+V');
    await waitDone(page, 4);
    const names = await rows(page).locator('.item-name').allInnerTexts();
    expect(names).toEqual(['image.png', on.images.url('/dragged.jpg'), 'dropped-1.jpg', 'dropped-2.jpg']);
    await until(async () => (await rows(page).locator('img').count()) === 4, 5_000);
    expect(await page.inputValue('#urls')).toBe('');
  });

  test('what is under way tells how far it is, and axe-core finds nothing wrong then, nor in the documents', async () => {
    const page = await open('about:blank');
    // What comes is as a busy service sends it, and the end is held back.
    await page.routeWebSocket(/.*/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((text) => {
        if (!/"type":"result"/.test(String(text)))
          socket.send(String(text).replace(/"position":\w+,"etaMs":\w+/, '"position":12,"etaMs":60000'));
      });
    });
    await page.route(`${on.service.aws}/**`, () => {});
    await page.goto(`${on.service.http}/`);
    await submitUrls(page, urls('held', 2));
    await page.setInputFiles('#files', { name: 'held.png', mimeType: 'image/png', buffer: Buffer.from('x') });
    await rows(page, 'running').filter({ hasText: 'Uploading' }).waitFor();
    await rows(page, 'running')
      .filter({ hasText: /12 ahead, about (60|59|58) s/ })
      .nth(1)
      .waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await rows(page, 'running').count()).toBe(3);
    await page.click('.docs');
    await page.locator('#errors').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test('all of it is done with the keyboard alone, and the focus is never lost', async () => {
    const page = await home();
    const focused = () => page.evaluate('document.activeElement.id || document.activeElement.textContent');
    const tabTo = async (wanted: string) => {
      for (let presses = 0; (await focused()) !== wanted; presses++) {
        expect(presses).toBeLessThan(25);
        await page.keyboard.press('Tab');
      }
    };
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the form');
    await page.keyboard.press('Enter');
    await tabTo('urls');
    await page.keyboard.type(on.images.url('/typed-1.jpg'));
    await tabTo('classify');
    await page.keyboard.press('Enter');
    await waitDone(page, 1);
    await tabTo('sample');
    await page.keyboard.press('Enter');
    await waitDone(page, 2);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await tabTo('copy-json');
    await page.keyboard.press('Enter');
    await page.locator('#announcements', { hasText: 'Copied' }).waitFor();
    const copied: unknown = JSON.parse(await page.evaluate('navigator.clipboard.readText()'));
    expect(copied).toMatchObject([
      { labels: expect.any(Array) },
      { imageUrl: on.images.url('/typed-1.jpg') },
    ]);
    await tabTo('Remove');
    await page.keyboard.press('Enter');
    await until(async () => (await rows(page).count()) === 1, 5_000);
    expect(await focused()).toContain('typed-1.jpg');
    await tabTo('Remove');
    await page.keyboard.press('Enter');
    await page.locator('#results').waitFor({ state: 'hidden' });
    expect(await focused()).toBe('urls');
  });
});
