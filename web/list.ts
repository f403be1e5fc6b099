import { byId } from './dom.ts';
import { count } from './format.ts';
import { type Group, groupOf, type Item } from './item.ts';
import { Row, type RowActions } from './row.ts';

/** So many are drawn at first, and again with each press of the button: ten thousand would hold up the browser. */
const PAGE = 50;

export type Filter = 'all' | Group;

/** The images of this page, the newest batch first; those that a filter lets through, and of them the first ones. */
export class List {
  readonly #element = byId('list', HTMLOListElement);
  readonly #more = byId('more', HTMLButtonElement);
  readonly #nothing = byId('nothing', HTMLParagraphElement);
  readonly #actions: RowActions;
  readonly #rows = new Map<Item, Row>();
  #items: readonly Item[] = [];
  #filter: Filter = 'all';
  #limit = PAGE;

  constructor(actions: RowActions) {
    this.#actions = actions;
    this.#more.addEventListener('click', () => {
      const first = this.#visible()[this.#limit];
      this.#limit += PAGE;
      this.draw(this.#items);
      this.focus(first);
    });
  }

  filter(filter: Filter): void {
    this.#filter = filter;
    this.#limit = PAGE;
    this.draw(this.#items);
  }

  /** @param items in the order in which they are shown */
  draw(items: readonly Item[]): void {
    this.#items = items;
    const visible = this.#visible();
    const shown = new Set(visible.slice(0, this.#limit));
    for (const [item, row] of this.#rows) if (!shown.has(item)) this.#drop(item, row);
    let place = this.#element.firstElementChild;
    for (const item of shown) {
      const row = this.#rowOf(item);
      row.update();
      if (row.element === place) place = place.nextElementSibling;
      else this.#element.insertBefore(row.element, place);
    }
    const left = visible.length - shown.size;
    this.#more.hidden = left <= 0;
    this.#more.textContent = `Show ${Math.min(PAGE, left)} more of ${count(left)}`;
    this.#nothing.hidden = visible.length > 0;
  }

  /** Puts the focus on an image, or on the one in its place, for those who do not see where they are. */
  focus(item: Item | undefined): void {
    const row = item && this.#rows.get(item);
    (row?.element ?? byId('results-title', HTMLHeadingElement)).focus();
  }

  /** The image that is shown after this one, or before it where it is the last. */
  neighbour(item: Item): Item | undefined {
    const shown = this.#visible();
    const at = shown.indexOf(item);
    return shown[at + 1] ?? shown[at - 1];
  }

  #visible(): readonly Item[] {
    const filter = this.#filter;
    return filter === 'all' ? this.#items : this.#items.filter((item) => groupOf(item) === filter);
  }

  #rowOf(item: Item): Row {
    const row = this.#rows.get(item) ?? new Row(item, this.#actions);
    this.#rows.set(item, row);
    return row;
  }

  #drop(item: Item, row: Row): void {
    row.element.remove();
    this.#rows.delete(item);
  }
}
