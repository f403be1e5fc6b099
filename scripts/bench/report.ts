import type { Machine } from './machine.ts';
import type { Plot } from './plot.ts';

/** Every number that a report may hold: its heading in the table and the decimals that it is told with. */
export const NUMBERS = {
  imagesPerSecond: { heading: 'images/s', decimals: 1 },
  serviceRatio: { heading: '× service', decimals: 3 },
  engineRatio: { heading: '× engine', decimals: 3 },
  p50Ms: { heading: 'p50 ms', decimals: 1 },
  p95Ms: { heading: 'p95 ms', decimals: 1 },
  p99Ms: { heading: 'p99 ms', decimals: 1 },
  meanMs: { heading: 'mean ms', decimals: 1 },
  maxMs: { heading: 'max ms', decimals: 1 },
  answered: { heading: 'answered', decimals: 0 },
  /** Of what was answered. */
  cached: { heading: 'from memory', decimals: 0 },
  timedOut: { heading: 'timed out', decimals: 0 },
  errors: { heading: 'errors', decimals: 0 },
  /** Billions of multiplications and additions a second. */
  gops: { heading: 'Gop/s', decimals: 1 },
  /** 0..1, of the machine's measured peak in the same precision. */
  peakShare: { heading: '× peak', decimals: 3 },
  /** 0..1, of the time that a process was busy. */
  busyShare: { heading: '× busy', decimals: 2 },
  /** Since the start of the process. */
  atMs: { heading: 'at ms', decimals: 0 },
  tookMs: { heading: 'took ms', decimals: 0 },
  jobs: { heading: 'jobs', decimals: 0 },
  /** Of all cores, for one image. */
  cpuMsPerImage: { heading: 'CPU ms/image', decimals: 2 },
  rssMb: { heading: 'RSS MB', decimals: 0 },
  /** Of processes, what they share counted once. */
  togetherMb: { heading: 'together MB', decimals: 0 },
} as const;
export type NumberName = keyof typeof NUMBERS;

export type Figures = Partial<Record<NumberName, number>> & {
  engine?: string;
  precision?: string;
  /** How many of `errors` had each code. */
  errorCodes?: Readonly<Record<string, number>>;
};
export type Row = { name: string } & Figures;

/** A row's figures without its name. */
export function figuresOf({ name: _name, ...figures }: Row): Figures {
  return figures;
}

/** What a mode found: its own figures are those of the row that the mode is about. */
export interface Report extends Figures {
  mode: string;
  rows: Row[];
  configuration: Record<string, string | number>;
  /** Sentences that a reader needs to judge the figures. */
  notes: string[];
  machine: Machine;
}

export interface Finding extends Omit<Report, 'machine'> {
  plots: Plot[];
}

/** The report as JSON: numbers rounded to three decimals. */
export const toJson = (report: Report): string =>
  JSON.stringify(report, (_key, value: unknown) =>
    typeof value === 'number' ? Math.round(value * 1000) / 1000 : value,
  );
