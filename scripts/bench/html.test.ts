import { expect, test } from 'vitest';
import { htmlPage } from './html.ts';
import { thisMachine } from './machine.ts';
import { niceCeiling, svgOf } from './plot.ts';

test('a page holds its figures and plots, fetches nothing, and takes names for text', () => {
  const report = {
    mode: 'engine',
    rows: [{ name: '<script>alert(1)</script>', imagesPerSecond: 40.04 }],
    configuration: { threads: 2 },
    notes: ['a & b'],
    machine: thisMachine(),
  };
  const plot = {
    kind: 'bars',
    title: 'Throughput',
    unit: 'images/s',
    bars: [{ label: 'a<b', value: 3 }],
  } as const;
  const page = htmlPage(report, [plot]);
  expect(page).toContain('<td class="number">40.0</td>');
  expect(page).toContain('<svg');
  expect(page).toContain('a &amp; b');
  expect(page).not.toMatch(/<script|src=|href=/);
});

test('lines lie within their drawing, and an axis ends at a number that reads well', () => {
  const points = [
    [0, 0],
    [50, 30],
    [100, 130],
  ] as const;
  const svg = svgOf({
    kind: 'lines',
    title: '',
    xLabel: 'jobs',
    unit: 'MB',
    series: [{ label: 'x', points }],
  });
  expect(svg).toContain('points="60.0,260.0 315.0,222.5 570.0,97.5"');
  expect([0.7, 1, 130, 201, 0].map(niceCeiling)).toEqual([1, 1, 200, 500, 1]);
});
