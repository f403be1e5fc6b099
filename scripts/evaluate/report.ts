import type { Engine } from '../../worker/engines/engine.ts';
import { MODEL } from '../../worker/models/inception-v3.ts';
import type { Unevaluated } from './find-images.ts';
import type { Tally } from './tally.ts';

const WORST = 15;

export interface Evaluation {
  readonly engine: Pick<Engine, 'name' | 'manifest' | 'precision' | 'threads' | 'labels'>;
  readonly tally: Tally;
  readonly seconds: number;
  readonly unevaluated: readonly Unevaluated[];
}

/** For programs: shares 0..1, all confusions, classes by index and label. */
export function jsonReport({ engine, tally, seconds, unevaluated }: Evaluation) {
  const classOf = (index: number) => ({ index, label: engine.labels[index] });
  const share = (value: number) => (tally.images === 0 ? null : value);
  return {
    mode: 'evaluate',
    model: MODEL.name,
    version: engine.manifest.version,
    engine: engine.name,
    precision: engine.precision,
    threads: engine.threads,
    images: tally.images,
    top1: share(tally.top1),
    top5: share(tally.top5),
    seconds,
    imagesPerSecond: share(tally.images / seconds),
    confusions: tally.confusions().map(({ actual, predicted, count }) => ({
      actual: classOf(actual),
      predicted: classOf(predicted),
      count,
    })),
    unevaluated,
  };
}

/** For people, without a line end at the end. */
export function textReport({ engine, tally, seconds, unevaluated }: Evaluation): string {
  const lines = [`${MODEL.name} ${engine.name} ${engine.precision}, ${engine.threads} threads`];
  if (tally.images > 0) {
    const rate = (tally.images / seconds).toFixed(1);
    lines.push(
      `${tally.images} images in ${seconds.toFixed(1)} s, ${rate} images/s with decoding`,
      `top-1  ${percent(tally.top1)}`,
      `top-5  ${percent(tally.top5)}`,
    );
  }
  lines.push(...confusionTable(tally, engine.labels));
  if (unevaluated.length > 0) lines.push('', `Not evaluated: ${unevaluated.length}`);
  for (const { file, reason } of unevaluated) lines.push(`  ${file}: ${reason}`);
  return lines.join('\n');
}

function confusionTable(tally: Tally, labels: readonly string[]): string[] {
  const all = tally.confusions();
  if (all.length === 0) return [];
  const rows = all.slice(0, WORST).map(({ actual, predicted, count }) => ({
    count: String(count).padStart(5),
    actual: `${labels[actual]} (${actual})`,
    predicted: `${labels[predicted]} (${predicted})`,
  }));
  const width = Math.max('is'.length, ...rows.map(({ actual }) => actual.length));
  const more = all.length > WORST ? [`  and ${all.length - WORST} more pairs`] : [];
  return [
    '',
    'Worst confusions',
    `  times  ${'is'.padEnd(width)}  taken for`,
    ...rows.map(({ count, actual, predicted }) => `  ${count}  ${actual.padEnd(width)}  ${predicted}`),
    ...more,
  ];
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
