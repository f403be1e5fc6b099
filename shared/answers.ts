import * as z from 'zod';
import { CATEGORIES } from './categories.ts';
import { IMAGE_FORMATS } from './image-formats.ts';

/** Of the names in one list, and of a name in characters. */
const MAX_NAMES = 100;
const MAX_NAME = 128;
/** The lists of one request together, in bytes of JSON: ten jobs with them must go into one call of the queue. */
const MAX_LISTS = 32_000;

const names = (description: string) =>
  z.array(z.string().trim().min(1).max(MAX_NAME)).min(1).max(MAX_NAMES).optional().describe(description);
const flag = (description: string) => z.boolean().optional().describe(description);

/** What a request may ask for beyond the labels. Off unless asked for, and free then. */
export const answerOptions = {
  includeLabels: names(
    'Only labels of these names, or with a parent of such a name, in capitals or not. Applied before topK.',
  ).meta({ examples: [['dog', 'cat']] }),
  excludeLabels: names('No label of these names, or with a parent of such a name; stronger than the others.'),
  includeCategories: z
    .array(z.enum(CATEGORIES))
    .min(1)
    .max(CATEGORIES.length)
    .optional()
    .describe('Only labels of these categories.'),
  parents: flag('Tell the parents and the category of each label.'),
  moderation: flag('Tell also how a model for content moderation sees the image.'),
  colors: flag('Tell the dominant colours.'),
  image: flag('Tell the size and the format of the image.'),
};
const schema = z.object(answerOptions);
export type AnswerOptions = z.infer<typeof schema>;
const OPTIONS = schema.keyof().options;
const LISTS = ['includeLabels', 'excludeLabels', 'includeCategories'] as const;

/** Those that a request uses, in a fixed order: one that says `false` asks for no more than one that says nothing. */
export const optionsIn = (fields: AnswerOptions): AnswerOptions =>
  Object.fromEntries(OPTIONS.filter((name) => fields[name]).map((name) => [name, fields[name]]));

/** The list of a request that makes its lists too long together, if one does. */
export const tooLongList = (fields: AnswerOptions): keyof AnswerOptions | undefined => {
  const used = LISTS.filter((name) => fields[name]);
  return Buffer.byteLength(JSON.stringify(used.map((name) => fields[name]))) > MAX_LISTS
    ? used.at(-1)
    : undefined;
};

/** The options of a query: lists separated by commas, and `true` or `false`. What is neither is left for the schema to refuse. */
export const optionsInQuery = (query: Readonly<Record<string, string | undefined>>): object =>
  Object.fromEntries(
    OPTIONS.map((name) => [
      name,
      LISTS.some((list) => list === name) ? query[name]?.split(',') : flagIn(query[name]),
    ]),
  );
const flagIn = (text: string | undefined) => (text === 'true' || text === 'false' ? text === 'true' : text);

const confidence = z.number().describe('0 to 1.');
/** Of a result. */
export const labels = z
  .array(
    z.object({
      label: z.string(),
      index: z.int().describe('Of the classes of the model: tells namesakes apart.'),
      confidence,
      parents: z
        .array(z.string())
        .optional()
        .describe(
          'With parents: what the label is a kind of, the nearest first. Empty where that is not known.',
        ),
      category: z.enum(CATEGORIES).optional().describe('With parents: the one of the list that fits.'),
    }),
  )
  .describe('Best first.');
export const model = z.object({
  name: z.string(),
  version: z.string(),
  engine: z.string(),
  precision: z.string(),
});
export const colors = z.array(
  z.object({
    color: z.string().describe('#rrggbb.'),
    name: z.string().describe('The basic colour that is nearest to it.'),
    share: z.number().describe('Of the image, 0 to 1.'),
  }),
);
/** What a result says where the request asked for it. */
export const answerFields = {
  moderation: z
    .object({ model, labels: z.array(z.object({ label: z.string(), index: z.int(), confidence })) })
    .optional()
    .describe('With moderation: all classes of the model for it, best first.'),
  colors: colors.optional().describe('With colors: the dominant colours, the largest share first.'),
  image: z
    .object({
      width: z.int().describe('In pixels, as the image is seen.'),
      height: z.int(),
      format: z.enum(IMAGE_FORMATS),
      bytes: z.int().describe('Of the file.'),
    })
    .optional()
    .describe('With image: what was classified.'),
};
