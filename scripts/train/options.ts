import { Command, InvalidArgumentError, Option } from 'commander';
import { BACKENDS, type BackendName } from '../../training/backend/load-backend.ts';
import {
  ARCHITECTURES,
  type Architecture,
  DEFAULTS,
  type TrainingSettings,
  trainingSettings,
} from '../../training/settings.ts';

/** What was asked for that cannot be; told in a line. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

export interface Options {
  readonly dataset: string;
  readonly architecture: Architecture;
  readonly compare?: string;
  readonly data?: string;
  readonly imageSize: number;
  readonly testShare: number;
  readonly addAs?: string;
  readonly backend?: BackendName;
  readonly out?: string;
  readonly resume?: true;
  readonly json?: true;
  /** The settings that were given, as they were written. */
  readonly [setting: string]: unknown;
}

export const command = () =>
  new Command('npm run train --')
    .description('Trains a net on images, and tells on a page how well it does on those it never saw.')
    .requiredOption(
      '--dataset <name>',
      'fashion-mnist, cifar-10, or a folder with a folder of images for each class',
    )
    .addOption(new Option('--architecture <name>', 'the net').choices(ARCHITECTURES).makeOptionMandatory())
    .option('--data <where>', 'cifar-10: its binary version, a folder, a .tar.gz or a URL')
    .option('--image-size <pixels>', 'a folder: what dense and cnn see of its images', number(8, 512), 64)
    .option('--test-share <share>', 'a folder: what is kept for the test', number(0.01, 0.9), 0.2)
    .option(
      '--dropout <share>',
      'share of the values before the last layer that each step leaves out, 0 to 0.95',
    )
    .option('--optimizer <name>', 'adam, momentum or sgd')
    .option('--loss <name>', 'cross-entropy or squared-error')
    .option('--learning-rate <rate>', 'of the first epoch; it falls to 0 along half a cosine')
    .option('--epochs <count>', 'how often each image is seen')
    .option('--batch-size <count>', 'images to a step')
    .option('--validation-share <share>', 'of the training images, to watch the learning by')
    .option(
      '--patience <epochs>',
      'stop after so many epochs without a better validation loss, and keep the best; 0: never',
    )
    .option('--seed <number>', 'what weights, order and dropout are drawn by: the same seed, the same net')
    .option(
      '--compare <setting=values>',
      'a run for each value, side by side: dropout=0,0.3 or architecture=cnn,inception-head',
    )
    .addOption(
      new Option('--backend <name>', 'of TensorFlow.js; unset, the fastest there is').choices(BACKENDS),
    )
    .option(
      '--add-as <name>',
      'add the model to those of this machine; of several runs the best by validation',
    )
    .option('--resume', 'go on where the same command was stopped')
    .option('--out <folder>', 'where report and checkpoint go (unset: a folder in CLASSIFYCLOUD_HOME)')
    .option('--json', 'figures as one JSON object on stdout')
    .addHelpText('after', `\nDefaults:\n${defaultsTable()}`);

function number(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (value >= low && value <= high && (low < 1 || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(
      `It has to be ${low < 1 ? 'a number' : 'a whole number'} from ${low} to ${high}.`,
    );
  };
}

function defaultsTable(): string {
  return ARCHITECTURES.map((name) => {
    const { architecture, ...settings } = DEFAULTS[name];
    return `  ${architecture}: ${Object.entries(settings)
      .map(([key, value]) => `${key} ${value}`)
      .join(', ')}`;
  }).join('\n');
}

/** A run that was asked for, by what sets it apart from the others. */
export interface PlannedRun {
  readonly name: string;
  readonly settings: TrainingSettings;
}

/**
 * One run, or one for each value that is compared.
 *
 * @throws {OptionError} A setting that there is not, or a value that it cannot have.
 */
export function plannedRuns(options: Options): PlannedRun[] {
  const given = Object.fromEntries(
    Object.keys(trainingSettings.shape)
      .map((name) => [name, options[camelCase(name)]] as const)
      .filter(([name, value]) => value !== undefined && name !== 'architecture'),
  );
  if (options.compare === undefined) {
    return [{ name: options.architecture, settings: settingsOf(options.architecture, given) }];
  }
  const [, name = '', values = ''] = /^([a-z-]+)=(.+)$/.exec(options.compare) ?? [];
  if (!(name in trainingSettings.shape)) {
    const names = Object.keys(trainingSettings.shape).join(', ');
    throw new OptionError(`--compare takes SETTING=VALUE,VALUE with one of ${names}.`);
  }
  return values.split(',').map((value) => {
    const architecture = ARCHITECTURES.find((known) => name === 'architecture' && known === value);
    const settings = settingsOf(architecture ?? options.architecture, { ...given, [name]: value });
    return { name: `${name}=${value}`, settings };
  });
}

function settingsOf(architecture: Architecture, given: Record<string, unknown>): TrainingSettings {
  const parsed = trainingSettings.safeParse({ ...DEFAULTS[architecture], ...given });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new OptionError(`--${issue?.path.join('.')}: ${issue?.message}`);
}

const camelCase = (name: string) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
