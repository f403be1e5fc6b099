import type { Engine } from '../../worker/engines/engine.ts';
import { runEngine, runNet, type Span } from './engine-run.ts';
import { latencyPlot } from './latency-plot.ts';
import { netOperations } from './net-operations.ts';
import { type Choice, modelHome, openEngine, startsChoice } from './open-engine.ts';
import { measurePeakGops } from './peak.ts';
import { makePhotos } from './photos.ts';
import { tell } from './progress.ts';
import { type Figures, type Finding, figuresOf, type Row } from './report.ts';
import { Series } from './series.ts';

export interface EngineOptions {
  duration: number;
  warmUp: number;
  rounds: number;
  threads: number;
  /** False: images are decoded beforehand, and the net's share of the machine's peak is told. */
  decode: boolean;
  /** Whether TensorFlow.js takes its turn too. */
  tfjs: boolean;
}

const OTHERS: readonly Choice[] = [
  { engine: 'onnx', precision: 'int8' },
  { engine: 'onnx', precision: 'fp32' },
];
const TFJS: Choice = { engine: 'tfjs' };

/**
 * The engine without the service. Every engine has its turn in each round, so that a machine whose speed drifts treats
 * them alike. The report's own figures are those of what `npm start` picks.
 */
export async function benchEngine(options: EngineOptions): Promise<Finding> {
  const { rounds, decode, duration, warmUp, threads, tfjs } = options;
  const span: Span = { durationMs: duration * 1000, warmUpMs: warmUp * 1000 };
  const photos = await makePhotos();
  const runs = (await openEngines(threads, tfjs ? [...OTHERS, TFJS] : OTHERS)).map((engine) => ({
    engine,
    series: new Series(),
  }));
  for (let round = 1; round <= rounds; round++) {
    for (const { engine, series } of runs) {
      tell(`round ${round} of ${rounds}: ${nameOf(engine)}, ${duration} s`);
      series.add(await (decode ? runEngine : runNet)(engine, photos, span));
    }
  }
  const rows: Row[] = [];
  for (const { engine, series } of runs) {
    await engine.dispose();
    const figures = series.figures();
    const share = decode ? {} : await shareOfPeak(engine, figures.imagesPerSecond);
    const { name, precision } = engine;
    rows.push({ name: nameOf(engine), engine: name, precision, ...figures, ...share });
  }
  const [picked] = rows;
  return {
    mode: 'engine',
    ...(picked && figuresOf(picked)),
    rows,
    configuration: { threads, rounds, duration, warmUp, decode: decode ? 'included' : 'beforehand' },
    notes: decode
      ? [
          'JPEG bytes of about 500×400 in, labels out. The latency is that of an image among as many as a worker has slots.',
        ]
      : [
          '× peak: of the operations a second that one large convolution reaches in the same precision on all cores.',
        ],
    plots: [
      {
        kind: 'bars',
        title: 'Throughput',
        unit: 'images/s',
        bars: rows.map((row) => ({ label: row.name, value: row.imagesPerSecond ?? 0 })),
      },
      latencyPlot(Object.fromEntries(runs.map(({ engine, series }) => [nameOf(engine), series.latenciesMs]))),
    ],
  };
}

const nameOf = ({ name, precision }: Engine) => `${name} ${precision}`;

/** The one that `npm start` picks, and then the others. */
async function openEngines(threads: number, others: readonly Choice[]): Promise<Engine[]> {
  const engines: Engine[] = [];
  for (const choice of [startsChoice(), ...others]) {
    const engine = await openEngine(choice, threads);
    if (engines.some((other) => nameOf(other) === nameOf(engine))) await engine.dispose();
    else engines.push(engine);
  }
  return engines;
}

async function shareOfPeak({ precision }: Engine, imagesPerSecond: number): Promise<Figures> {
  tell(`the machine's peak in ${precision}`);
  const peak = await measurePeakGops(precision);
  const gops = (imagesPerSecond * (await netOperations(modelHome()))) / 1e9;
  return { gops, peakShare: gops / peak };
}
