import type { Assumptions } from '../../scaler/simulator/assumptions.ts';
import type { Simulation } from '../../scaler/simulator/simulate.ts';
import { PAGE_STYLE } from '../bench/html.ts';
import { escapeXml, svgOf } from '../bench/plot.ts';
import { plotsOf } from './plots.ts';
import { COLUMNS } from './table.ts';

const STYLE = `${PAGE_STYLE}
body { max-width: none }
.side-by-side { display: flex; gap: 1rem; overflow-x: auto } .side-by-side > section { flex: 0 0 26rem }
table { display: block; overflow-x: auto } h3 { margin: 1rem 0 0 }`;

/** The simulations as a page that needs no other file: for each trace a table, and the policies side by side. */
export function simulationPage(simulations: readonly Simulation[], assumptions: Assumptions): string {
  const traces = [...new Set(simulations.map(({ figures }) => figures.trace))];
  const pairs = Object.entries(assumptions).map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>ClassifyCloud: simulations</title><style>${STYLE}</style>
<h1>ClassifyCloud: simulations</h1>
${traces.map((trace) => traceSection(trace, simulations)).join('\n')}
<h2>Assumptions</h2><dl>${pairs.join('')}</dl>
</html>
`;
}

function traceSection(trace: string, simulations: readonly Simulation[]): string {
  const own = simulations.filter(({ figures }) => figures.trace === trace);
  const row = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell, i) => `<${tag}${i > 0 ? ' class="number"' : ''}>${escapeXml(cell)}</${tag}>`).join('')}</tr>`;
  const rows = own.map(({ figures }) =>
    row(
      'td',
      COLUMNS.map(({ cell }) => cell(figures)),
    ),
  );
  const head = row(
    'th',
    COLUMNS.map(({ heading }) => heading),
  );
  const columns = own.map((simulation) => {
    const plots = plotsOf(simulation).map((plot) => `<h3>${escapeXml(plot.title)}</h3>${svgOf(plot)}`);
    return `<section>${plots.join('')}</section>`;
  });
  return `<h2>${escapeXml(trace)}</h2>
<table>${head}${rows.join('')}</table>
<div class="side-by-side">${columns.join('\n')}</div>`;
}
