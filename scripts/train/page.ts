import type { Score } from '../../training/answers.ts';
import type { EpochFigures } from '../../training/fit.ts';
import { PAGE_STYLE } from '../bench/html.ts';
import { escapeXml, type Plot, svgOf } from '../bench/plot.ts';
import { picturesOf } from './pictures.ts';
import { confusionOf, gapOf, type NamedRun, percent, type TrainingReport, worstOf } from './report.ts';

const STYLE = `${PAGE_STYLE}
body { max-width: none }
.side-by-side { display: flex; gap: 2rem; overflow-x: auto } .side-by-side > section { flex: 0 0 34rem }
.confusion th { font-weight: normal; font-size: 12px } .confusion td { text-align: right; padding: .2rem .4rem }
.confusion thead th { writing-mode: vertical-rl; transform: rotate(180deg); border: 0; padding: .4rem .2rem }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: .8rem }
figure { margin: 0; font-size: 12px; line-height: 1.3; overflow-wrap: anywhere } img { width: 6rem; height: 6rem; object-fit: contain; image-rendering: pixelated }`;

/** A training as a page that needs no other file: runs side by side, with their curves, confusions and worst mistakes. */
export async function trainingPage(report: TrainingReport): Promise<string> {
  const { dataset, backend, runs } = report;
  const title = escapeXml(`ClassifyCloud: training on ${dataset.name}`);
  const sections = await Promise.all(runs.map((named) => runSection(report, named)));
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style>
<h1>${title}</h1>
<p>${escapeXml(dataset.source)}. ${dataset.classes.length} classes. TensorFlow.js, backend ${escapeXml(backend)}.</p>
${summary(runs)}
<div class="side-by-side">${sections.join('\n')}</div>
</html>
`;
}

function summary(runs: readonly NamedRun[]): string {
  const head = [
    '',
    'training',
    'validation',
    'test',
    'gap between training and test',
    'epochs',
    'learning, s',
  ];
  const rows = runs.map(({ name, run }) => [
    name,
    percent(run.training.accuracy),
    percent(run.validation.accuracy),
    percent(run.test.accuracy),
    percent(gapOf(run)),
    `${run.kept} kept of ${run.epochs.length}`,
    run.seconds.toFixed(0),
  ]);
  return `<table>${row('th', head)}${rows.map((cells) => row('td', cells)).join('')}</table>`;
}

const row = (tag: 'th' | 'td', cells: readonly string[]) =>
  `<tr>${cells.map((cell, at) => `<${tag}${at > 0 ? ' class="number"' : ''}>${escapeXml(cell)}</${tag}>`).join('')}</tr>`;

async function runSection(report: TrainingReport, { name, run }: NamedRun): Promise<string> {
  const { dataset } = report;
  const settings = Object.entries({ ...run.settings, parameters: run.parameters, ...imagesOf(run.examples) });
  const mistakes = worstOf(dataset, run);
  const pictures = await picturesOf(dataset, mistakes);
  const figures = mistakes.map(({ index, actual, predicted, confidence }, at) => {
    const file = dataset.test.files?.[index];
    const words = `${dataset.classes[actual]}, taken for ${dataset.classes[predicted]} (${percent(confidence)})`;
    const caption = file === undefined ? words : `${words}: ${file}`;
    return `<figure><img src="${pictures[at]}" alt=""><figcaption>${escapeXml(caption)}</figcaption></figure>`;
  });
  return `<section><h2>${escapeXml(name)}</h2>
${curves(run.epochs)
  .map((plot) => `<h3>${plot.title}</h3>${svgOf(plot)}`)
  .join('\n')}
<h3>Confusions in the test</h3>${confusionTable(dataset.classes, confusionOf(dataset, run))}
<h3>Surest mistakes</h3><div class="pictures">${figures.join('\n')}</div>
<h3>Settings</h3><dl>${settings.map(([key, value]) => `<dt>${key}</dt><dd>${value}</dd>`).join('')}</dl></section>`;
}

const imagesOf = (examples: { training: number; validation: number; test: number }) =>
  Object.fromEntries(Object.entries(examples).map(([part, count]) => [`images for ${part}`, count]));

/** Mistakes rather than accuracy: near 100 % the curves of a net that learns by heart and one that does not look alike. */
function curves(epochs: readonly EpochFigures[]): Plot[] {
  const plot = (title: string, unit: string, figure: (score: Score) => number): Plot => ({
    kind: 'lines',
    title,
    xLabel: 'epoch',
    unit,
    series: (['training', 'validation'] as const).map((label) => ({
      label,
      points: epochs.map(({ epoch, ...scores }) => [epoch, figure(scores[label])] as const),
    })),
  });
  return [
    plot('Images named wrong', '%', ({ accuracy }) => 100 * (1 - accuracy)),
    plot('Loss', '', ({ loss }) => loss),
  ];
}

function confusionTable(classes: readonly string[], counts: readonly (readonly number[])[]): string {
  const head = `<thead><tr><th></th>${classes.map((name) => `<th>${escapeXml(name)}</th>`).join('')}</tr></thead>`;
  const rows = counts.map((cells, actual) => {
    const total = Math.max(
      1,
      cells.reduce((sum, count) => sum + count, 0),
    );
    const shaded = cells.map((count, predicted) => {
      const colour = predicted === actual ? '42 140 74' : '200 84 26';
      return `<td style="background: rgb(${colour} / ${(count / total).toFixed(2)})">${count || ''}</td>`;
    });
    return `<tr><th>${escapeXml(classes[actual] ?? '')}</th>${shaded.join('')}</tr>`;
  });
  return `<table class="confusion" aria-label="Rows: what it is; columns: what it was taken for">${head}${rows.join('\n')}</table>`;
}
