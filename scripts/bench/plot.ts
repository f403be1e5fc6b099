/** A drawing of figures; `html.ts` puts it on a page. */
export type Plot =
  | { kind: 'bars'; title: string; unit: string; bars: readonly Bar[] }
  | { kind: 'lines'; title: string; xLabel: string; unit: string; series: readonly Series[] };

export interface Bar {
  label: string;
  value: number;
}

export interface Series {
  label: string;
  /** [x, y], by x. */
  points: readonly (readonly [number, number])[];
}

const WIDTH = 720;
const LABELS = 230;
const BAR = 26;
const HEIGHT = 300;
const MARGIN = { left: 60, right: 150, top: 10, bottom: 40 };
const COLOURS = ['#0b5fa5', '#c8541a', '#2a8c4a', '#7b3fa0', '#8a6d00', '#b02a5b', '#3f6f7f', '#555555'];

/** The plot as inline SVG, without its title. */
export const svgOf = (plot: Plot): string => (plot.kind === 'bars' ? barsSvg(plot) : linesSvg(plot));

/** The plot as a file of its own: on white, with its title. */
export const svgFile = (plot: Plot): string =>
  svgOf(plot).replace(
    '<svg ',
    `<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="12" style="background: #fff" aria-label="${escapeXml(plot.title)}" `,
  );

function barsSvg({ bars, unit }: Extract<Plot, { kind: 'bars' }>): string {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const rows = bars.map(({ label, value }, row) => {
    const width = (value / most) * (WIDTH - LABELS - 110);
    const y = row * BAR;
    return `<text x="${LABELS - 8}" y="${y + 17}" text-anchor="end">${escapeXml(label)}</text>
<rect x="${LABELS}" y="${y + 4}" width="${width.toFixed(1)}" height="${BAR - 8}" fill="${COLOURS[0]}"/>
<text x="${LABELS + width + 6}" y="${y + 17}">${format(value)} ${escapeXml(unit)}</text>`;
  });
  return svg(bars.length * BAR, rows);
}

function linesSvg({ series, xLabel, unit }: Extract<Plot, { kind: 'lines' }>): string {
  const points = series.flatMap((line) => line.points);
  const xs = points.map(([x]) => x);
  const left = Math.min(...xs);
  const right = Math.max(...xs, left + Number.MIN_VALUE);
  const top = niceCeiling(Math.max(...points.map(([, y]) => y), 0));
  const plotWidth = WIDTH - MARGIN.left - MARGIN.right;
  const plotHeight = HEIGHT - MARGIN.top - MARGIN.bottom;
  const xAt = (x: number) => MARGIN.left + ((x - left) / (right - left)) * plotWidth;
  const yAt = (y: number) => MARGIN.top + (1 - y / top) * plotHeight;
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const y = yAt(share * top);
    return `<line x1="${MARGIN.left}" x2="${MARGIN.left + plotWidth}" y1="${y}" y2="${y}" stroke="#ddd"/>
<text x="${MARGIN.left - 6}" y="${y + 4}" text-anchor="end">${format(share * top)}</text>`;
  });
  const ticks = [0, 0.5, 1].map((share) => {
    const x = left + share * (right - left);
    return `<text x="${xAt(x)}" y="${HEIGHT - 22}" text-anchor="middle">${format(x)}</text>`;
  });
  const lines = series.map((line, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const path = line.points.map(([x, y]) => `${xAt(x).toFixed(1)},${yAt(y).toFixed(1)}`).join(' ');
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>
<text x="${WIDTH - MARGIN.right + 10}" y="${MARGIN.top + 12 + index * 17}" fill="${colour}">${escapeXml(line.label)}</text>`;
  });
  const axis = `<text x="${MARGIN.left + plotWidth / 2}" y="${HEIGHT - 4}" text-anchor="middle">${escapeXml(xLabel)}</text>
<text x="4" y="${HEIGHT - 4}">${escapeXml(unit)}</text>`;
  return svg(HEIGHT, [...grid, ...ticks, ...lines, axis]);
}

const svg = (height: number, content: readonly string[]) =>
  `<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" role="img">${content.join('\n')}</svg>`;

const format = (value: number) =>
  value >= 100 || value === 0 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

/** The next number up that reads well: 1, 2 or 5 times a power of ten. */
export function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}

export const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
