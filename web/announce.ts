import { byId } from './dom.ts';

/** So often at most: a screen reader reads each to its end. */
const EVERY_MS = 1_500;

let next: (() => string) | undefined;

/** Has a screen reader say something soon; of several in a row the last one, as it is by then. */
export function announce(text: () => string): void {
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
