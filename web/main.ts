import { adviceFor } from './advice.ts';
import { announceEnd, say } from './announce.ts';
import { Connection } from './connection.ts';
import { copyImages } from './copy.ts';
import { byId } from './dom.ts';
import { Fleet } from './fleet.ts';
import { images } from './format.ts';
import { options, takeImages } from './intake.ts';
import { groupOf, type Item, type Source } from './item.ts';
import { ask, withKey } from './key-form.ts';
import { type Filter, List } from './list.ts';
import { countsOf, Overview } from './overview.ts';
import { Runner } from './runner.ts';
import { forget, keep, recall } from './store.ts';
import { thumbnailOf } from './thumbnail.ts';

/** With more images than this all is drawn less often: it takes longer. */
const MANY = 500;
const MANY_EVERY_MS = 300;

/** All images of this tab, the newest batch first. */
let items: readonly Item[] = recall().sort((a, b) => b.batch - a.batch || a.key - b.key);
let nextKey = Math.max(0, ...items.map(({ key }) => key)) + 1;

const connection = new Connection();
const overview = new Overview();
const list = new List({
  again: (item) => {
    runner.again([item]);
    list.focus(item);
  },
  remove: (item) => {
    const next = list.neighbour(item);
    remove(new Set([item]));
    draw();
    if (items.length === 0) byId('urls', HTMLTextAreaElement).focus();
    else list.focus(next);
  },
  copy: (item, as) => void copyImages([item], as),
});
const runner = new Runner({
  changed: (item) => {
    if (!keep(item)) connection.outOfRoom();
    if (groupOf(item) !== 'running') {
      overview.ended();
      announceEnd(item, () => countsOf(items));
    }
    drawSoon();
  },
  connection: (state) => connection.enter(state),
  keyNeeded: ask,
});

function take(sources: readonly Source[]): void {
  const batch = Math.max(0, ...items.slice(0, 1).map((item) => item.batch)) + 1;
  const asked = options();
  const added = sources.map(
    (source): Item => ({
      key: nextKey++,
      batch,
      source,
      options: asked,
      stage: { kind: 'waiting' },
    }),
  );
  items = [...added, ...items];
  if (!added.map(keep).every(Boolean)) connection.outOfRoom();
  draw();
  say(`${images(added.length)} added.`);
  runner.add(added);
  void addThumbnails(added);
}

/** One after the other: decoding a large photo takes the browser a while. */
async function addThumbnails(added: readonly Item[]): Promise<void> {
  for (const item of added) {
    if (item.source.kind !== 'file' || item.source.file === undefined) continue;
    item.thumbnail = await thumbnailOf(item.source.file);
    if (!items.includes(item)) continue;
    keep(item);
    drawSoon();
  }
}

function remove(gone: ReadonlySet<Item>): void {
  items = items.filter((item) => !gone.has(item));
  for (const item of gone) forget(item);
  runner.remove(gone);
}

let drawing = false;
function drawSoon(): void {
  if (drawing) return;
  drawing = true;
  if (items.length > MANY) setTimeout(draw, MANY_EVERY_MS);
  else requestAnimationFrame(draw);
}
function draw(): void {
  drawing = false;
  overview.draw(items);
  list.draw(items);
}

takeImages(take);
byId('filter', HTMLFieldSetElement).addEventListener('change', ({ target }) => {
  if (target instanceof HTMLInputElement && isFilter(target.value)) list.filter(target.value);
});
const isFilter = (text: string): text is Filter => ['all', 'running', 'done', 'failed'].includes(text);
byId('again-all', HTMLButtonElement).addEventListener('click', () => {
  const mayPass = items.filter(({ stage }) => stage.kind === 'failed' && adviceFor(stage.failure).again);
  runner.again(mayPass);
  say(`${images(mayPass.length)} tried again.`);
});
byId('copy-json', HTMLButtonElement).addEventListener('click', () => void copyImages(items, 'json'));
byId('copy-code', HTMLButtonElement).addEventListener('click', () => void copyImages(items, 'javascript'));
byId('clear', HTMLButtonElement).addEventListener('click', () => {
  remove(new Set(items));
  draw();
  byId('urls', HTMLTextAreaElement).focus();
  say('The list is empty.');
});
setInterval(() => items.some((item) => groupOf(item) === 'running') && drawSoon(), 1_000); // estimates run down

draw();
withKey(
  (key) => runner.useKey(key),
  () => runner.dropKey(),
);
runner.add(items.filter((item) => groupOf(item) === 'running'));
new Fleet();
