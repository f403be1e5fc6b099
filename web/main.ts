import { adviceFor } from './advice.ts';
import { announce, say } from './announce.ts';
import { Connection } from './connection.ts';
import { type CopyKind, copy, textFor } from './copy.ts';
import { byId } from './dom.ts';
import { Fleet } from './fleet.ts';
import { images, percent } from './format.ts';
import { options, takeImages } from './intake.ts';
import { groupOf, type Item, nameOf, type Source } from './item.ts';
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
    list.focus(next);
  },
  copy: (item, as) => void copyItems([item], as),
});
const runner = new Runner({
  changed: (item) => {
    if (!keep(item)) connection.outOfRoom();
    if (groupOf(item) !== 'running') ended(item);
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

function ended(item: Item): void {
  overview.ended();
  announce(() => {
    const { all, running, done, failed } = countsOf(items);
    const rest = all === 1 ? '' : ` ${done} of ${all} done${failed > 0 ? `, ${failed} failed` : ''}.`;
    return (running > 0 ? '' : outcomeOf(item)) + rest;
  });
}

function outcomeOf(item: Item): string {
  const { stage } = item;
  if (stage.kind === 'failed') {
    const { what, toDo } = adviceFor(stage.failure);
    return `${nameOf(item)}: ${what} ${toDo}`;
  }
  const best = stage.kind === 'done' ? stage.result.labels[0] : undefined;
  return best ? `${nameOf(item)}: ${best.label}, ${percent(best.confidence)}.` : '';
}

async function copyItems(chosen: readonly Item[], kind: CopyKind): Promise<void> {
  const text = textFor(chosen, kind);
  if (await copy(text)) return say('Copied.');
  const dialog = byId('to-copy', HTMLDialogElement);
  const field = byId('to-copy-text', HTMLTextAreaElement);
  field.value = text;
  dialog.showModal();
  field.select();
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
byId('copy-json', HTMLButtonElement).addEventListener('click', () => void copyItems(items, 'json'));
byId('copy-code', HTMLButtonElement).addEventListener('click', () => void copyItems(items, 'javascript'));
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
