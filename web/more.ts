import { byId, make } from './dom.ts';
import { percent } from './format.ts';
import type { Labelled, More } from './item.ts';

const choice = byId('more-choice', HTMLFieldSetElement);
const isChosen = (name: keyof More) =>
  choice.querySelector<HTMLInputElement>(`input[value="${name}"]`)?.checked || undefined;

/** What is asked for beyond the labels; what is not, is undefined. */
export const chosenMore = (): More => ({
  parents: isChosen('parents'),
  colors: isChosen('colors'),
  image: isChosen('image'),
  moderation: isChosen('moderation'),
});

/** What came of that, but for the kinds, which stand with the labels. */
export function moreOf({ colors, image, moderation }: Labelled): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (moderation) {
    const seen = moderation.labels.map(({ label, confidence }) => `${label} ${percent(confidence)}`);
    parts.push(make('p', { class: 'fact' }, make('b', {}, 'Moderation '), seen.join(' · ')));
  }
  if (colors) parts.push(make('ul', { class: 'swatches', 'aria-label': 'Colours' }, ...colors.map(swatch)));
  if (image) {
    const { width, height, format, bytes } = image;
    const size = `${width} × ${height} pixels, ${format.toUpperCase()}, ${Math.round(bytes / 1000)} kB`;
    parts.push(make('p', { class: 'fact' }, make('b', {}, 'Image '), size));
  }
  return parts;
}

function swatch({ color, name, share }: NonNullable<Labelled['colors']>[number]): HTMLLIElement {
  const spot = make('span', { 'aria-hidden': 'true' });
  spot.style.background = color;
  return make('li', { title: color }, spot, `${name} ${percent(share)}`);
}
