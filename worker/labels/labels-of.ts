import type { Category } from '../../shared/categories.ts';
import type { JobMessage } from '../../shared/jobs.ts';
import { imagenetPlaces, type Place } from './hierarchy.ts';

/** A class that a model sees; `confidence` 0..1, six decimals. */
export interface RankedLabel {
  label: string;
  index: number;
  confidence: number;
  /** Where they were asked for. */
  parents?: string[];
  category?: Category;
}

/** What a model's classes are. */
export interface Classes {
  /** Names by index. */
  readonly labels: readonly string[];
  /** Index of a class that is never reported. */
  readonly background?: number | undefined;
  /** By which labels have parents and categories: the classes, but for the background, are ImageNet's. */
  readonly hierarchy?: 'imagenet' | undefined;
}

export interface LabelOptions
  extends Pick<JobMessage, 'includeLabels' | 'excludeLabels' | 'includeCategories' | 'parents'> {
  /** How many at most. */
  readonly topK: number;
  /** 0..1, compared with the confidence as it is given out. */
  readonly minConfidence: number;
}

const DECIMALS = 1e6;

/**
 * The most probable of the classes that are asked for, best first, equals by index. Names are compared without regard to
 * capitals, those of the parents too. A class of a model without hierarchy has no parents and no category.
 *
 * @param probabilities One image's, as many as there are classes.
 */
export function labelsOf(
  probabilities: Float32Array,
  classes: Classes,
  options: LabelOptions,
): RankedLabel[] {
  const { topK, minConfidence, parents: wantsParents } = options;
  const { labels, background } = classes;
  const nameOf = (index: number) => labels[index] ?? `class ${index}`;
  const isAsked = filterFor(options, (index) => ({ name: nameOf(index), place: placeOf(index, classes) }));
  return largest(probabilities, topK, (index) => index !== background && isAsked(index))
    .map((index) => ({
      label: nameOf(index),
      index,
      confidence: Math.round((probabilities[index] ?? 0) * DECIMALS) / DECIMALS,
    }))
    .filter(({ confidence }) => confidence >= minConfidence)
    .map((label) => (wantsParents ? { ...label, ...placeToTell(placeOf(label.index, classes)) } : label));
}

/**
 * Where the largest of some numbers stand, the largest first, equals by index. To sort all of a thousand would make up a
 * third of what a job allocates, and to walk through their entries a quarter.
 */
function largest(numbers: Float32Array, count: number, counts: (index: number) => boolean): number[] {
  const best: number[] = [];
  const at = (place: number) => numbers[best[place] ?? -1] ?? Number.NEGATIVE_INFINITY;
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index] ?? 0;
    if ((best.length === count && number <= at(count - 1)) || !counts(index)) continue;
    let place = best.length;
    while (place > 0 && number > at(place - 1)) place--;
    best.splice(place, 0, index);
    if (best.length > count) best.pop();
  }
  return best;
}

function placeOf(index: number, { background, hierarchy }: Classes): Place | undefined {
  if (hierarchy === undefined) return undefined;
  return imagenetPlaces()[background !== undefined && index > background ? index - 1 : index];
}

const placeToTell = (place: Place | undefined) =>
  place ? { parents: [...place.parents], category: place.category } : { parents: [] };

/** Whether a class is to be told: each filter that is there must let it pass. */
function filterFor(
  { includeLabels, excludeLabels, includeCategories }: LabelOptions,
  about: (index: number) => { name: string; place: Place | undefined },
): (index: number) => boolean {
  if (!includeLabels && !excludeLabels && !includeCategories) return () => true;
  const included = includeLabels && new Set(includeLabels.map(normal));
  const excluded = new Set(excludeLabels?.map(normal));
  const categories = includeCategories && new Set(includeCategories);
  return (index) => {
    const { name, place } = about(index);
    const names = [name, ...(place?.parents ?? [])].map(normal);
    return (
      (included === undefined || names.some((one) => included.has(one))) &&
      (categories === undefined || categories.has(place?.category ?? '')) &&
      !names.some((one) => excluded.has(one))
    );
  };
}
const normal = (name: string) => name.toLowerCase();
