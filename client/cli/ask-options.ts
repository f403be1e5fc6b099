import { type Command, InvalidArgumentError } from 'commander';
import type { AskOptions } from '../node.ts';
import { number, whole } from './service-options.ts';

/** What the command line may ask of each image. */
export interface AskFlags {
  top: number;
  min: number;
  model?: string;
  include?: string[];
  exclude?: string[];
  category?: string[];
  parents?: true;
  moderation?: true;
  colors?: true;
  image?: true;
}

/** Adds them as options. */
export const withAsk = (command: Command): Command =>
  command
    .option('--top <k>', 'how many labels to show', whole(1, 1000), 5)
    .option('--min <confidence>', 'least confidence of a label, 0 to 1', number(0, 1), 0)
    .option('--model <name>', 'model to classify with')
    .option('--include <names>', 'only labels of these names, or of these kinds: dog,cat', list)
    .option('--exclude <names>', 'no labels of these names or kinds', list)
    .option('--category <names>', 'only labels of these categories: vehicle,bird', list)
    .option('--parents', 'of what kind each label is, and its category')
    .option('--moderation', 'also what a model for content moderation sees')
    .option('--colors', 'also the dominant colours')
    .option('--image', 'also the size and the format of the image');

const list = (text: string) => {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('It must be a list such as dog,cat.');
  return names;
};

/** As the client asks the service. */
export const askOf = ({ top, min, model, include, exclude, category, ...rest }: AskFlags): AskOptions => ({
  ...{ topK: top, minConfidence: min, model },
  ...{ includeLabels: include, excludeLabels: exclude, includeCategories: category },
  ...{ parents: rest.parents, moderation: rest.moderation, colors: rest.colors, image: rest.image },
});
