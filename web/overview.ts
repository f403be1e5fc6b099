import { byId, make } from './dom.ts';
import { count, duration } from './format.ts';
import { type Group, groupOf, type Item } from './item.ts';
import { medianSteps } from './steps.ts';

/** Over which the rate is taken that the remaining time is told by, in ms. */
const RATE_MS = 10_000;

export type Counts = Readonly<Record<'all' | Group, number>>;

export function countsOf(items: readonly Item[]): Counts {
  const counts = { all: items.length, running: 0, done: 0, failed: 0 };
  for (const item of items) counts[groupOf(item)]++;
  return counts;
}

/** What is told of all images together: how many are done, how long the others will take, and where the time went. */
export class Overview {
  readonly #summary = byId('summary', HTMLParagraphElement);
  readonly #progress = byId('progress', HTMLProgressElement);
  #ends: number[] = [];

  /** An image is done, or failed. */
  ended(now = Date.now()): void {
    this.#ends.push(now);
  }

  draw(items: readonly Item[], now = Date.now()): void {
    const counts = countsOf(items);
    const { all, running, done, failed } = counts;
    byId('results', HTMLElement).hidden = all === 0;
    this.#ends = this.#ends.filter((at) => now - at <= RATE_MS);
    this.#summary.textContent = [
      `${count(done)} of ${count(all)} done`,
      failed > 0 && `${count(failed)} failed`,
      running > 0 && this.#remaining(running, now),
    ]
      .filter(Boolean)
      .join(' · ');
    this.#progress.max = Math.max(1, all);
    this.#progress.value = done + failed;
    this.#progress.hidden = running === 0;
    for (const input of byId('filter', HTMLFieldSetElement).querySelectorAll('input')) {
      const number = input.parentElement?.querySelector('b');
      const group = input.value;
      if (number && isFilter(group)) number.textContent = count(counts[group]);
    }
    byId('again-all', HTMLButtonElement).hidden = failed < 2;
    this.#drawSteps(items);
  }

  #remaining(running: number, now: number): string | undefined {
    const [first] = this.#ends;
    if (first === undefined || this.#ends.length < 5 || now - first < 500) return undefined;
    const rate = this.#ends.length / (now - first);
    return `about ${duration(running / rate)} left`;
  }

  #drawSteps(items: readonly Item[]): void {
    const timings = items.flatMap(({ stage }) => (stage.kind === 'done' ? [stage.result.timings] : []));
    const steps = medianSteps(timings);
    const longest = Math.max(1, ...steps.map(({ ms }) => ms));
    const rows = steps.map(({ name, ms }) => {
      const fill = make('span');
      fill.style.width = `${(100 * ms) / longest}%`;
      const bar = make('span', { class: 'bar', 'aria-hidden': 'true' }, fill);
      return make('li', {}, make('span', {}, name), bar, make('span', {}, duration(ms)));
    });
    byId('steps', HTMLOListElement).replaceChildren(...rows);
    if (rows.length === 0) return;
    byId('steps-note', HTMLParagraphElement).textContent =
      timings.length === 1
        ? 'Of the one image here.'
        : `Median of the ${count(timings.length)} images that are done.`;
  }
}

const isFilter = (text: string): text is keyof Counts => ['all', 'running', 'done', 'failed'].includes(text);
