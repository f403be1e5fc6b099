import { adviceFor } from './advice.ts';
import { button, make } from './dom.ts';
import { duration, percent } from './format.ts';
import { groupOf, type Item, type Labelled, nameOf } from './item.ts';
import { moreOf } from './more.ts';
import { queueText } from './queue-text.ts';
import { stepsOf } from './steps.ts';

const NEAREST = 3;

/** What a person may do with an image. */
export interface RowActions {
  again(item: Item): void;
  remove(item: Item): void;
  copy(item: Item, as: 'json' | 'javascript' | 'curl'): void;
}

/** An image in the list: its picture, its state, and what came of it. */
export class Row {
  readonly element = make('li', { tabindex: '-1' });
  readonly #item: Item;
  readonly #actions: RowActions;
  readonly #state = make('span', { class: 'state' });
  readonly #picture = make('div', { class: 'thumb', 'aria-hidden': 'true' });
  readonly #body = make('div');
  readonly #foot = make('div', { class: 'item-foot' });
  #shown: Item['stage'] | undefined;

  constructor(item: Item, actions: RowActions) {
    this.#item = item;
    this.#actions = actions;
    const name = make('span', { class: 'item-name', title: nameOf(item) }, nameOf(item));
    const top = make('div', { class: 'item-top' }, name, this.#state);
    this.element.append(this.#picture, top, this.#body, this.#foot);
  }

  /** Shows the item as it is now. The parts that did not change stay, and with them the focus. */
  update(): void {
    const { stage } = this.#item;
    this.#state.textContent = stateText(this.#item);
    if (stage === this.#shown) return;
    const wasRunning =
      this.#shown === undefined || groupOf({ ...this.#item, stage: this.#shown }) === 'running';
    this.#shown = stage;
    this.element.className = `item ${groupOf(this.#item)}`;
    this.#showPicture();
    if (groupOf(this.#item) === 'running' && wasRunning && this.#foot.hasChildNodes()) return;
    this.#body.replaceChildren(...this.#content());
    this.#foot.replaceChildren(...this.#footer());
  }

  /** A file's own picture at once; one from elsewhere when it is known to be an image. */
  #showPicture(): void {
    const { thumbnail, source, stage } = this.#item;
    if (this.#picture.firstElementChild) return;
    const url =
      thumbnail ?? (source.kind === 'url' && stage.kind === 'done' ? showable(source.url) : undefined);
    if (url === undefined) return;
    const image = make('img', {
      class: 'thumb',
      src: url,
      alt: '',
      loading: 'lazy',
      referrerpolicy: 'no-referrer',
    });
    image.addEventListener('error', () => image.remove());
    this.#picture.replaceChildren(image);
  }

  #content(): HTMLElement[] {
    const { stage } = this.#item;
    if (stage.kind === 'done') return [labels(stage.result), ...moreOf(stage.result)];
    if (stage.kind !== 'failed') return [];
    const { what, toDo } = adviceFor(stage.failure);
    return [make('p', { class: 'why' }, make('b', {}, what), toDo)];
  }

  #footer(): HTMLElement[] {
    const { again, copy, remove } = this.#actions;
    const item = this.#item;
    const { stage, source } = item;
    const name = nameOf(item);
    const act = (text: string, label: string, run: () => void) => button(text, `${label} ${name}`, run);
    const parts: HTMLElement[] = [];
    if (stage.kind === 'done') parts.push(timing(stage.result));
    if (stage.kind === 'failed' && adviceFor(stage.failure).again) {
      const retry = act('Try again', 'Try again:', () => again(item));
      retry.classList.add('again');
      parts.push(retry);
    }
    if (stage.kind === 'done') {
      parts.push(act('JSON', 'Copy as JSON:', () => copy(item, 'json')));
      parts.push(act('JavaScript', 'Copy as JavaScript:', () => copy(item, 'javascript')));
      if (source.kind === 'url') parts.push(act('curl', 'Copy as curl:', () => copy(item, 'curl')));
    }
    parts.push(act('Remove', 'Remove', () => remove(item)));
    return parts;
  }
}

/** A page that came encrypted shows no image that did not. */
const showable = (url: string): string | undefined =>
  location.protocol === 'https:' && url.startsWith('http:') ? undefined : url;

/** The state in words; of a queued one as it is by now. */
function stateText({ stage }: Item): string {
  switch (stage.kind) {
    case 'waiting':
      return 'Waiting its turn';
    case 'key':
      return 'Waiting for a key';
    case 'uploading':
      return 'Uploading';
    case 'done':
      return duration(stage.result.timings.totalMs);
    case 'failed':
      return 'Failed';
    case 'queued':
      return queueText(stage.position, stage.etaMs, Date.now() - stage.at);
  }
}

function labels({ labels }: Labelled): HTMLElement {
  if (labels.length === 0) return make('p', { class: 'why' }, 'No label is as certain as you asked for.');
  const rows = labels.map(({ label, confidence, category, parents }) => {
    const fill = make('span');
    fill.style.width = percent(confidence).replace(' ', '');
    return make(
      'li',
      {},
      make('span', { class: 'name', title: label }, label),
      make('span', { class: 'bar', 'aria-hidden': 'true' }, fill),
      make('span', { class: 'share' }, percent(confidence)),
      category !== undefined && kind(category, parents),
    );
  });
  return make('ol', { class: 'labels', 'aria-label': 'Labels, the likeliest first' }, ...rows);
}

/** The nearest kinds; all of them for who points at it. */
function kind(category: string, parents: readonly string[] = []): HTMLElement {
  const nearest = parents.slice(0, NEAREST).join(', ');
  return make('span', { class: 'kind', title: parents.join(' < ') }, `${category}: ${nearest}`);
}

function timing({ timings, model }: Labelled): HTMLElement {
  const steps = stepsOf(timings);
  const parts = steps.map(({ ms }) => {
    const part = make('span');
    part.style.flexGrow = String(ms);
    return part;
  });
  const text = steps.map(({ name, ms }) => `${name} ${duration(ms)}`).join(' · ');
  return make(
    'div',
    { class: 'timing', title: `${model.name} ${model.engine} ${model.precision}` },
    make('div', { class: 'split', 'aria-hidden': 'true' }, ...parts),
    text,
  );
}
