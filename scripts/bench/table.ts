import { NUMBERS, type NumberName, type Report, type Row } from './report.ts';

interface Column {
  heading: string;
  numeric: boolean;
  cell(row: Row): string;
}

/** The columns that at least one row fills, in the order of a report. */
export function columnsOf(rows: readonly Row[]): Column[] {
  const names = Object.keys(NUMBERS) as NumberName[];
  const columns: Column[] = [
    { heading: '', numeric: false, cell: ({ name }) => name },
    { heading: 'engine', numeric: false, cell: ({ engine = '' }) => engine },
    { heading: 'precision', numeric: false, cell: ({ precision = '' }) => precision },
    ...names.map((name) => ({
      heading: NUMBERS[name].heading,
      numeric: true,
      cell: (row: Row) => row[name]?.toFixed(NUMBERS[name].decimals) ?? '',
    })),
    { heading: 'errors by code', numeric: false, cell: ({ errorCodes = {} }) => pairs(errorCodes) },
  ];
  return columns.filter(({ cell }) => rows.some((row) => cell(row) !== ''));
}

/** Rows as text, numbers aligned to the right. */
export function textTable(rows: readonly Row[]): string {
  const columns = columnsOf(rows).map((column) => {
    const cells = [column.heading, ...rows.map((row) => column.cell(row))];
    const width = Math.max(...cells.map((cell) => cell.length));
    return cells.map((cell) => (column.numeric ? cell.padStart(width) : cell.padEnd(width)));
  });
  const lines = Array.from({ length: rows.length + 1 }, (_, line) => columns.map((cells) => cells[line]));
  return lines.map((cells) => cells.join('  ').trimEnd()).join('\n');
}

const pairs = (values: object) =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** The whole report as text. */
export function textReport({ mode, engine, precision, rows, configuration, notes, machine }: Report): string {
  return [
    ['bench', mode, engine, precision].filter(Boolean).join(' '),
    textTable(rows),
    ...notes,
    `configuration: ${pairs(configuration)}`,
    `machine: ${pairs(machine)}`,
  ].join('\n');
}
