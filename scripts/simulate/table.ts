import type { Figures } from '../../scaler/simulator/figures.ts';

const ms = (value: number | null) => value?.toFixed(0) ?? '';

/** What is told of a policy: heading and cell. */
export const COLUMNS: readonly { heading: string; cell(figures: Figures): string }[] = [
  { heading: 'policy', cell: ({ policy }) => policy },
  { heading: 'in time %', cell: ({ sloPercent }) => sloPercent.toFixed(2) },
  { heading: 'machine s', cell: ({ instanceSeconds }) => String(instanceSeconds) },
  { heading: 'answered', cell: ({ answered }) => String(answered) },
  { heading: 'timed out', cell: ({ timedOut }) => String(timedOut) },
  { heading: 'mean ms', cell: ({ meanMs }) => ms(meanMs) },
  { heading: 'p50', cell: ({ p50Ms }) => ms(p50Ms) },
  { heading: 'p95', cell: ({ p95Ms }) => ms(p95Ms) },
  { heading: 'p99', cell: ({ p99Ms }) => ms(p99Ms) },
  { heading: 'max', cell: ({ maxMs }) => ms(maxMs) },
  { heading: 'launches', cell: ({ launches }) => String(launches) },
  { heading: 'ended', cell: ({ terminations }) => String(terminations) },
  { heading: 'busy killed', cell: ({ busyKilled }) => String(busyKilled) },
  { heading: 'reversals/10 min', cell: ({ reversalsPer10Min }) => reversalsPer10Min.toFixed(2) },
  { heading: 'needless launches', cell: (figures) => String(figures.launchesWhilePendingSufficed) },
];

/** Rows as text, under headings; the first column to the left, the others to the right. */
export function textTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

export const figuresTable = (all: readonly Figures[]): string =>
  textTable(
    COLUMNS.map(({ heading }) => heading),
    all.map((figures) => COLUMNS.map(({ cell }) => cell(figures))),
  );
