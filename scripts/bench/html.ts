import { escapeXml, type Plot, svgOf } from './plot.ts';
import type { Report } from './report.ts';
import { columnsOf } from './table.ts';

export const PAGE_STYLE = `body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .2rem .7rem; border-bottom: 1px solid #ddd; text-align: left }
.number { text-align: right }
svg { max-width: 100%; height: auto; font-size: 12px }
svg text { font-family: inherit }
dl { display: grid; grid-template-columns: max-content auto; gap: 0 1rem } dd { margin: 0 }`;

/** A report with its plots as a page that needs no other file. */
export function htmlPage(report: Report, plots: readonly Plot[]): string {
  const title = escapeXml(`ClassifyCloud: bench ${report.mode}`);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${PAGE_STYLE}</style>
<h1>${title}</h1>
${tableHtml(report)}
${report.notes.map((note) => `<p>${escapeXml(note)}</p>`).join('\n')}
${plots.map((plot) => `<h2>${escapeXml(plot.title)}</h2>\n${svgOf(plot)}`).join('\n')}
<h2>Configuration</h2>${pairsHtml(report.configuration)}
<h2>Machine</h2>${pairsHtml(report.machine)}
</html>
`;
}

function tableHtml({ rows }: Report): string {
  const columns = columnsOf(rows);
  const line = (tag: 'th' | 'td', cells: readonly string[]) =>
    `<tr>${cells
      .map((cell, index) => {
        const style = columns[index]?.numeric ? ' class="number"' : '';
        return `<${tag}${style}>${escapeXml(cell)}</${tag}>`;
      })
      .join('')}</tr>`;
  const head = line(
    'th',
    columns.map(({ heading }) => heading),
  );
  const body = rows.map((row) =>
    line(
      'td',
      columns.map(({ cell }) => cell(row)),
    ),
  );
  return `<table>${[head, ...body].join('\n')}</table>`;
}

const pairsHtml = (values: object) =>
  `<dl>${Object.entries(values)
    .map(([name, value]) => `<dt>${escapeXml(name)}</dt><dd>${escapeXml(String(value))}</dd>`)
    .join('')}</dl>`;
