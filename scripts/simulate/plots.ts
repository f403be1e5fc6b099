import type { Timeline } from '../../scaler/simulator/recording.ts';
import type { Simulation } from '../../scaler/simulator/simulate.ts';
import type { Plot } from '../bench/plot.ts';

/** Arrivals, backlog, and machines by state, over a simulation's time. */
export function plotsOf({ figures, timeline }: Simulation): Plot[] {
  const lines = (what: string, unit: string, names: readonly (keyof Timeline[number])[]): Plot => ({
    kind: 'lines',
    title: `${figures.policy}: ${what}`,
    xLabel: 's',
    unit,
    series: names.map((name) => ({
      label: name,
      points: timeline.map((sample) => [sample.at, sample[name]] as const),
    })),
  });
  return [
    lines('arrivals', 'requests/s', ['arrivals']),
    lines('backlog', 'messages', ['backlog']),
    lines('machines', 'machines', ['ready', 'booting', 'draining']),
  ];
}
