import { adviceFor } from './advice.ts';
import { byId } from './dom.ts';
import { count, percent } from './format.ts';
import { type Item, nameOf } from './item.ts';
import type { Counts } from './overview.ts';

/** So often at most: a screen reader reads each to its end. */
const EVERY_MS = 1_500;

let next: (() => string) | undefined;

/**
 * Has a screen reader say that an image is done, or failed: in a batch how far it is, at its end what came of the last.
 * @param countsNow of all images, when it is said
 */
export function announceEnd(item: Item, countsNow: () => Counts): void {
  announce(() => {
    const { all, running, done, failed } = countsNow();
    const outcome = running > 0 ? '' : outcomeOf(item);
    if (all === 1) return outcome;
    return `${outcome} ${count(done)} of ${count(all)} done${failed > 0 ? `, ${count(failed)} failed` : ''}.`;
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

/** Has something said soon; of several in a row the last one, as it is by then. */
function announce(text: () => string): void {
  if (next === undefined) setTimeout(speak, EVERY_MS);
  next = text;
}

function speak(): void {
  if (next) say(next());
  next = undefined;
}

/** Says something at once: the answer to a press of a button. */
export function say(text: string): void {
  byId('announcements', HTMLParagraphElement).textContent = text;
}
