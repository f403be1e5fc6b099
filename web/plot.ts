import UPlot from 'uplot';
import type { Look } from './fleet.ts';

/** How much of the past is shown, in s. */
const SHOWN_SECONDS = 300;

/** Draws the backlog and the workers over the last minutes; in the colours of the page, light or dark. */
export class Plot {
  readonly #element: HTMLElement;
  #plot: UPlot | undefined;
  #looks: readonly Look[] = [];

  constructor(element: HTMLElement) {
    this.#element = element;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#make());
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(element);
    this.#make();
  }

  draw(looks: readonly Look[]): void {
    this.#looks = looks;
    const until = (looks.at(-1)?.at ?? Date.now()) / 1000;
    this.#plot?.setData(dataOf(looks), false);
    this.#plot?.setScale('x', { min: until - SHOWN_SECONDS, max: until });
  }

  #size = () => ({ width: this.#element.clientWidth, height: this.#element.clientHeight });

  /** Its colours are drawn: for others it is made anew. */
  #make(): void {
    this.#plot?.destroy();
    const colour = (name: string) => getComputedStyle(this.#element).getPropertyValue(name);
    const axis = {
      stroke: colour('--soft'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
    };
    const whole: UPlot.Axis['values'] = (_, splits) =>
      splits.map((value) => (Number.isInteger(value) ? `${value}` : ''));
    const options: UPlot.Options = {
      ...this.#size(),
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: true }, backlog: { range: fromZero }, workers: { range: fromZero } },
      axes: [
        { ...axis, values: (_, splits) => splits.map(timeOfDay), space: 60, size: 26 },
        { ...axis, scale: 'backlog', values: whole, size: 36, stroke: colour('--backlog') },
        {
          ...axis,
          scale: 'workers',
          values: whole,
          size: 30,
          side: 1,
          grid: { show: false },
          stroke: colour('--workers'),
        },
      ],
      series: [
        {},
        {
          scale: 'backlog',
          stroke: colour('--backlog'),
          width: 2,
          fill: `${colour('--backlog')}22`,
          points: { show: false },
        },
        { scale: 'workers', stroke: colour('--workers'), width: 2, points: { show: false } },
      ],
    };
    this.#plot = new UPlot(options, dataOf(this.#looks), this.#element);
    this.draw(this.#looks);
  }
}

/** A scale with room above, and with some height where all is 0. */
const fromZero: UPlot.Range.Function = (_plot, _min, max) => [0, Math.max(4, Math.ceil((max ?? 0) * 1.2))];

const timeOfDay = (seconds: number): string =>
  new Date(seconds * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

const dataOf = (looks: readonly Look[]): UPlot.AlignedData => [
  looks.map(({ at }) => at / 1000),
  looks.map(({ backlog }) => backlog),
  looks.map(({ ready }) => ready),
];
