import type { Children } from '../../local/children.ts';
import { INCEPTION_V3 } from '../../worker/models/inception-v3.ts';
import { NSFW_INCEPTION_V3 } from '../../worker/models/nsfw-inception-v3.ts';
import { modelHome } from './open-engine.ts';
import { fleetSettings } from './options.ts';
import { roleOf } from './processes.ts';
import { tell } from './progress.ts';
import type { Finding, Row } from './report.ts';
import type { ClientSocket } from './socket.ts';
import { openTarget, type Target } from './target.ts';
import { homeOfThree, THIRD } from './three-models.ts';

export interface ModelsOptions {
  jobs: number;
  threads: number;
  /** As MODEL_MEMORY_MB. */
  memoryMb: number;
}

const TIMEOUT_MS = 120_000;
const WARM_UP_JOBS = 30;
const MODELS = [INCEPTION_V3.manifest.name, NSFW_INCEPTION_V3.manifest.name, THIRD];

/** Three models in one worker: how soon the first answer of each comes, and what they take. */
export async function benchModels(children: Children, options: ModelsOptions): Promise<Finding> {
  const { jobs, threads, memoryMb } = options;
  tell('three models');
  const { home, remove } = await homeOfThree(modelHome());
  const settings = {
    ...fleetSettings({ workers: 1, threads, loneThreads: 1 }),
    CLASSIFYCLOUD_HOME: home,
    MODEL_MEMORY_MB: String(memoryMb),
    CACHE_MB: '0',
  };
  const rows: Row[] = [];
  const target = await openTarget(children, settings, undefined);
  try {
    const [socket] = await target.connect(1);
    if (socket === undefined) throw new Error('no socket');
    const [usual, ...others] = MODELS;
    for (let job = 0; job < WARM_UP_JOBS; job++) await answer(socket, target, usual);
    const alone = await rssMb(target);
    rows.push({ name: `${usual} alone`, rssMb: alone });
    for (const model of others) {
      const first = await answer(socket, target, model);
      const second = await answer(socket, target, model);
      rows.push({ name: `${model}, first answer`, tookMs: first, rssMb: await rssMb(target) });
      rows.push({ name: `${model}, second answer`, tookMs: second });
    }
    const mostMb = await inTurn(target, jobs, threads);
    rows.push({ name: 'all in turn, at most', jobs, rssMb: mostMb });
    socket.close();

    const taken = mostMb - alone + INCEPTION_V3.manifest.memoryMb * threads;
    const limit = memoryMb * threads;
    return {
      mode: 'models',
      rows,
      configuration: { jobs, threads, memoryMb },
      notes: [
        `Of ${limit} MB, models took ${taken.toFixed(0)}: ${taken <= limit ? 'within' : 'OVER'} the limit. That is what came on top of the default model, and the ${INCEPTION_V3.manifest.memoryMb} MB a thread that it says it takes.`,
        'Resident memory of the worker, its image decoder not counted. The time is from the request to its answer, at the client.',
      ],
      plots: [],
    };
  } finally {
    await target.stop();
    await remove();
  }
}

/** @returns from the request to the answer, in ms */
async function answer(socket: ClientSocket, target: Target, model: string | undefined): Promise<number> {
  const start = performance.now();
  const outcome = await socket.classify(target.nextUrl(), TIMEOUT_MS, model);
  if (outcome.kind !== 'result') throw new Error(`a job of ${model} ended as ${JSON.stringify(outcome)}`);
  return performance.now() - start;
}

/** @returns the most that the worker took, in MB */
async function inTurn(target: Target, jobs: number, threads: number): Promise<number> {
  const sockets = await target.connect(2 * threads + 1);
  let begun = 0;
  let most = 0;
  const work = async (socket: ClientSocket) => {
    while (begun < jobs) {
      const job = begun++;
      await answer(socket, target, MODELS[job % MODELS.length]);
      most = Math.max(most, await rssMb(target));
      if (job % 100 === 0) tell(`${job} of ${jobs} jobs, at most ${most.toFixed(0)} MB`);
    }
  };
  await Promise.all(sockets.map(work));
  for (const socket of sockets) socket.close();
  return most;
}

async function rssMb(target: Target): Promise<number> {
  const worker = (await target.processes()).find((one) => roleOf(one) === 'worker');
  return worker?.rssMb ?? Number.NaN;
}
