import { expect, it } from 'vitest';
import { command, OptionError, type Options, plannedRuns } from './options.ts';

function planned(...words: string[]) {
  const parsed = command()
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .action(() => {})
    .parse(['--dataset', 'fashion-mnist', ...words], { from: 'user' });
  return plannedRuns(parsed.opts<Options>());
}

it('a run has its architecture’s defaults, but for what is given', () => {
  const [run, ...others] = planned('--architecture', 'cnn', '--epochs', '3', '--learning-rate', '0.01');
  expect(others).toEqual([]);
  expect(run?.name).toBe('cnn');
  expect(run?.settings).toMatchObject({ epochs: 3, 'learning-rate': 0.01, optimizer: 'adam', dropout: 0.3 });
});

it('what is compared has a run for each value', () => {
  const runs = planned('--architecture', 'dense', '--compare', 'dropout=0,0.3', '--seed', '7');
  expect(runs.map(({ name, settings }) => [name, settings.dropout, settings.seed])).toEqual([
    ['dropout=0', 0, 7],
    ['dropout=0.3', 0.3, 7],
  ]);
});

it('architectures that are compared have the defaults of each', () => {
  const runs = planned('--architecture', 'cnn', '--compare', 'architecture=cnn,inception-head');
  expect(runs.map(({ settings }) => [settings.architecture, settings.epochs])).toEqual([
    ['cnn', 5],
    ['inception-head', 100],
  ]);
});

it.each([
  [['--dropout', '1'], '--dropout'],
  [['--epochs', '0'], '--epochs'],
  [['--epochs', 'many'], '--epochs'],
  [['--optimizer', 'magic'], '--optimizer'],
  [['--compare', 'dropout=0,2'], '--dropout'],
  [['--compare', 'dropout'], '--compare takes'],
  [['--compare', 'colour=1,2'], '--compare takes'],
])('%j is refused, and named', (words, message) => {
  const planning = () => planned('--architecture', 'dense', ...words);
  expect(planning).toThrow(OptionError);
  expect(planning).toThrow(message);
});

it.each([
  ['--image-size', '7'],
  ['--image-size', '20.5'],
  ['--test-share', '1'],
  ['--architecture', 'resnet'],
])('%s %s is refused', (...words) => {
  expect(() => planned('--architecture', 'dense', ...words)).toThrow();
});
