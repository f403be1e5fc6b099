import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Children } from '../../local/children.ts';
import { send, type TestCloud, takeResponses } from '../../worker/testing/cloud.ts';
import { jobFor } from '../../worker/testing/jobs.ts';

/** What a worker logs when it is ready; `startMs` in ms since its process began, `warm` the moment of the line itself. */
const readyLine = z.object({
  event: z.literal('worker ready'),
  time: z.coerce.date(),
  engine: z.string(),
  precision: z.string(),
  startMs: z.object({ node: z.number(), program: z.number(), session: z.number(), warm: z.number() }),
});
type Ready = z.infer<typeof readyLine>;

/** Stages in their order. */
export const STAGES = [
  'Node started',
  'program loaded',
  'session made',
  'warmed up',
  'ready tag set',
  'first result',
] as const;

export interface ColdStart extends Pick<Ready, 'engine' | 'precision'> {
  /** When each stage was reached, ms since the process was asked for. */
  reachedMs: Readonly<Record<(typeof STAGES)[number], number>>;
}

/** Starts a worker whose job waits in the queue already, and ends it when the result is there. */
export async function coldStart(
  children: Children,
  cloud: TestCloud,
  { program, imageUrl, settings }: { program: string; imageUrl: string; settings: Record<string, string> },
): Promise<ColdStart> {
  const job = jobFor(imageUrl);
  await send(cloud.config.REQUEST_QUEUE_URL, job);
  const tagsBefore = tagCalls(cloud);
  const spawnedAt = Date.now();
  const since = performance.now();
  const worker = children.start([program], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...cloud.env, ...settings, LOG_LEVEL: 'info', LOG_FORMAT: 'json' },
  });
  const failed = once(worker, 'exit').then(([code]) => {
    throw new Error(`the worker ended with ${code} before its first result`);
  });
  const lines = createInterface({ input: worker.stderr ?? process.stdin });
  const elapsed = () => performance.now() - since;
  const [ready, tagMs, resultMs] = await Promise.race([
    Promise.all([
      readyIn(lines),
      tagged(cloud, tagsBefore).then(elapsed),
      resultOf(cloud, job.requestId).then(elapsed),
    ]),
    failed,
  ]);
  const gone = once(worker, 'exit');
  worker.kill('SIGTERM');
  await Promise.allSettled([gone, failed]);

  const { engine, precision, startMs, time } = ready;
  const began = time.getTime() - startMs.warm - spawnedAt;
  return {
    engine,
    precision,
    reachedMs: {
      'Node started': began + startMs.node,
      'program loaded': began + startMs.program,
      'session made': began + startMs.session,
      'warmed up': began + startMs.warm,
      'ready tag set': tagMs,
      'first result': resultMs,
    },
  };
}

async function readyIn(lines: AsyncIterable<string>): Promise<Ready> {
  const seen: string[] = [];
  for await (const line of lines) {
    const parsed = readyLine.safeParse(line.startsWith('{') ? JSON.parse(line) : undefined);
    if (parsed.success) return parsed.data;
    seen.push(line);
  }
  throw new Error(`the worker never said that it was ready:\n${seen.join('\n')}`);
}

const tagCalls = ({ recorder }: TestCloud) => recorder.calls.filter((call) => call === 'CreateTags').length;

async function tagged(cloud: TestCloud, before: number): Promise<void> {
  while (tagCalls(cloud) === before) await sleep(1);
}

async function resultOf(cloud: TestCloud, requestId: string): Promise<void> {
  for (;;) {
    const responses = await takeResponses(cloud);
    const own = responses.find((response) => response.requestId === requestId);
    if (own?.outcome.type === 'error') throw new Error(`the first job failed: ${own.outcome.error.message}`);
    if (own) return;
  }
}
