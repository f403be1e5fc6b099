import { buildWorker } from '../../local/build-worker.ts';
import type { Children } from '../../local/children.ts';
import { startTestCloud } from '../../worker/testing/cloud.ts';
import { type ColdStart, coldStart, STAGES } from './cold-start.ts';
import { startImageServer } from './image-server.ts';
import { startsChoice } from './open-engine.ts';
import { makePhotos } from './photos.ts';
import { tell } from './progress.ts';
import type { Finding, Row } from './report.ts';
import { median } from './statistics.ts';

export interface ColdOptions {
  runs: number;
  threads: number;
}

/** From a worker's process to its first result, by stage; its job waits in the queue already. Medians of some runs. */
export async function benchCold(children: Children, { runs, threads }: ColdOptions): Promise<Finding> {
  const program = await buildWorker();
  const images = await startImageServer(await makePhotos());
  const cloud = await startTestCloud();
  const { engine, precision } = startsChoice();
  const settings = {
    ENGINE: engine,
    PRECISION: precision ?? '',
    WORKER_THREADS: String(threads),
    ALLOWED_PRIVATE_HOSTS: images.host,
  };
  const starts: ColdStart[] = [];
  for (let run = 1; run <= runs; run++) {
    tell(`start ${run} of ${runs}`);
    const imageUrl = `http://${images.host}/photo.jpg?bench=${run}`;
    starts.push(await coldStart(children, cloud, { program, imageUrl, settings }));
  }
  await cloud.stop();
  images.stop();
  return findingOf(starts, { runs, threads });
}

function findingOf(starts: readonly ColdStart[], configuration: { runs: number; threads: number }): Finding {
  const reached = STAGES.map((stage) => median(starts.map(({ reachedMs }) => reachedMs[stage])));
  const rows: Row[] = STAGES.map((name, index) => {
    const atMs = reached[index] ?? 0;
    return { name, atMs, tookMs: atMs - (reached[index - 1] ?? 0) };
  });
  const totals = starts.map(({ reachedMs }) => reachedMs['first result']);
  const [first] = starts;
  return {
    mode: 'cold',
    ...(first && { engine: first.engine, precision: first.precision }),
    p50Ms: median(totals),
    maxMs: Math.max(...totals),
    answered: starts.length,
    rows,
    configuration,
    notes: [
      'Medians. The weights are on the disk, and the job is in the queue before the process starts. The tag is set while the first job is worked on.',
    ],
    plots: [
      {
        kind: 'bars',
        title: 'When each stage is reached',
        unit: 'ms',
        bars: rows.map(({ name, atMs = 0 }) => ({ label: name, value: atMs })),
      },
    ],
  };
}
