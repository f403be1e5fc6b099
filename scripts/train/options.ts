import { Command, Option } from 'commander';
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
    .requiredOption('--dataset <name>', 'fashion-mnist')
    .addOption(new Option('--architecture <name>', 'the net').choices(ARCHITECTURES).makeOptionMandatory())
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
    .option('--compare <setting=values>', 'a run for each value, side by side: dropout=0,0.3')
    .addOption(
      new Option('--backend <name>', 'of TensorFlow.js; unset, the fastest there is').choices(BACKENDS),
    )
    .option('--resume', 'go on where the same command was stopped')
    .option('--out <folder>', 'where report and checkpoint go (unset: a folder in CLASSIFYCLOUD_HOME)')
    .option('--json', 'figures as one JSON object on stdout')
    .addHelpText('after', `\nDefaults:\n${defaultsTable()}`);

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
      .filter(([, value]) => value !== undefined),
  );
  if (options.compare === undefined) {
    return [{ name: options.architecture, settings: settingsOf(options.architecture, given) }];
  }
  const [, name = '', values = ''] = /^([a-z-]+)=(.+)$/.exec(options.compare) ?? [];
  if (!(name in trainingSettings.shape) || name === 'architecture') {
    const names = Object.keys(trainingSettings.shape).filter((key) => key !== 'architecture');
    throw new OptionError(`--compare takes SETTING=VALUE,VALUE with one of ${names.join(', ')}.`);
  }
  return values.split(',').map((value) => ({
    name: `${name}=${value}`,
    settings: settingsOf(options.architecture, { ...given, [name]: value }),
  }));
}

function settingsOf(architecture: Architecture, given: Record<string, unknown>): TrainingSettings {
  const parsed = trainingSettings.safeParse({ ...DEFAULTS[architecture], ...given });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new OptionError(`--${issue?.path.join('.')}: ${issue?.message}`);
}

const camelCase = (name: string) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
