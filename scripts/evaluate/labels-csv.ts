import { parse } from 'csv-parse/sync';

const HEADINGS = ['file', 'filename', 'image'];

/** A row's class: a name, or an index of the model's 1001. */
export type NamedClass = { readonly name: string } | { readonly index: number };

/**
 * Reads a table of files and their classes: `file,label` or `file,index`, with or without a heading. A label with
 * commas need not be quoted.
 *
 * @returns class by file, as the table spells it but for a leading `./`
 * @throws {CsvError} It is not CSV.
 */
export function parseLabelsCsv(text: string): Map<string, NamedClass> {
  const rows = parse(text, { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true });
  if (HEADINGS.includes(rows[0]?.[0]?.toLowerCase() ?? '')) rows.shift();
  return new Map(
    rows.map(([file = '', ...rest]) => [file.replace(/^\.\//, ''), namedClass(rest.join(', '))]),
  );
}

function namedClass(text: string): NamedClass {
  return /^\d+$/.test(text) ? { index: Number(text) } : { name: text };
}
