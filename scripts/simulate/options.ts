import type { Command } from 'commander';
import * as z from 'zod';
import { type Assumptions, DEFAULTS } from '../../scaler/simulator/assumptions.ts';
import { POLICIES } from '../../scaler/simulator/policies.ts';
import { WORKLOADS, type WorkloadName } from '../../scaler/simulator/workloads.ts';

const WORKLOAD_NAMES = Object.keys(WORKLOADS) as WorkloadName[];

/** Each assumption: the name of its option's value, its limits, and what it is. */
const number = (min: number, max = Number.MAX_SAFE_INTEGER) => z.coerce.number().min(min).max(max);
const whole = (min: number, max = Number.MAX_SAFE_INTEGER) => number(min, max).int();
const assumptions = {
  serviceMs: number(0.001).describe('a thread’s time for a job, in ms'),
  concurrency: whole(1, 1024).describe('jobs that a worker infers at once'),
  bootSeconds: number(0, 86_400).describe('median time that a machine takes to boot, in s'),
  bootSpread: number(0, 3).describe('standard deviation of the boot time’s logarithm'),
  bootFailure: number(0, 1).describe('share of machines that never become ready'),
  bootDeadlineSeconds: whole(1).describe('time after which such a machine is ended, in s'),
  minWorkers: whole(0, 100_000).describe('workers kept warm'),
  maxWorkers: whole(1, 100_000).describe('workers at most'),
  tickSeconds: number(0.1, 3600).describe('time between two ticks, in s'),
  describeLagSeconds: number(0, 60).describe('how old is what DescribeInstances shows, in s'),
  timeoutSeconds: number(0.1).describe('time from a request to its deadline, in s'),
  sloSeconds: number(0.001).describe('time within which a request is answered in time, in s'),
  targetWaitSeconds: number(0.001).describe('backlog, target-tracking: TARGET_WAIT_SECONDS'),
  stabilisationSeconds: whole(0).describe('backlog: STABILISATION_SECONDS'),
  qos: whole(1).describe('classifycloud, paper: QOS'),
  scalingFactor: number(0.001, 10).describe('classifycloud, paper: SCALING_FACTOR'),
  seed: whole(0).describe('of all chance: the same seed, the same figures'),
} satisfies Record<keyof Assumptions, z.ZodType>;

/** `concurrency` as an option is `--concurrency`, `minWorkers` is `--min-workers`. */
const flagOf = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const names = <T extends string>(all: readonly T[], what: string) =>
  z
    .array(z.string())
    .transform((given) => given.flatMap((text) => text.split(',')).filter(Boolean))
    .transform((given) => (given.includes('all') ? [...all] : [...new Set(given)]))
    .pipe(
      z
        .array(
          z.enum(all, { error: ({ input }) => `there is no ${what} ${input}; ${all.join(', ')} or all` }),
        )
        .min(1, `no ${what} is named; ${all.join(', ')} or all`),
    );

const schema = z.object({
  ...assumptions,
  policy: names(POLICIES, 'policy'),
  workload: names(WORKLOAD_NAMES, 'workload').optional(),
  trace: z.string().optional(),
  json: z.boolean().default(false),
  html: z.string().optional(),
  svg: z.string().optional(),
  frontier: z.boolean().default(false),
});
export type Options = z.infer<typeof schema>;

/** Options that exclude one another, though each may be right by itself. */
function contradictions(given: Record<string, unknown>): string[] {
  const above = (one: keyof Assumptions, other: keyof Assumptions) =>
    Number(given[one]) > Number(given[other])
      ? [`${flagOf(one)} ${given[one]} is more than ${flagOf(other)} ${given[other]}`]
      : [];
  return [
    ...above('minWorkers', 'maxWorkers'),
    ...above('sloSeconds', 'timeoutSeconds'),
    ...above('targetWaitSeconds', 'timeoutSeconds'),
    ...(given.trace !== undefined && given.workload !== undefined
      ? ['--trace and --workload exclude one another']
      : []),
  ];
}

/** Options that make no sense: all of them, a line each. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

export function withOptions(command: Command): Command {
  command
    .option('--policy <name...>', `${POLICIES.join(', ')}, or all`, ['backlog'])
    .option('--workload <name...>', `${WORKLOAD_NAMES.join(', ')}, or all (default: burst-40)`)
    .option('--trace <file>', 'arrivals of your own: a time in ms a line')
    .option('--json', 'print JSON: an object, or an array where there are several policies or workloads')
    .option('--html <file>', 'write a page with plots over time, policies side by side')
    .option('--svg <folder>', 'write the same plots as files')
    .option('--frontier', 'backlog alone, over its settings: in-time share against machine seconds');
  for (const name of Object.keys(assumptions) as (keyof Assumptions)[])
    command.option(`${flagOf(name)} <n>`, assumptions[name].description, String(DEFAULTS[name]));
  return command;
}

/** @throws OptionsError with every problem at once */
export function readOptions(given: Record<string, unknown>): Options {
  const parsed = schema.safeParse(given);
  const wrong = (parsed.error?.issues ?? []).map(
    ({ path: [name = ''], message }) => `${flagOf(String(name))}: ${message}`,
  );
  const problems = [...wrong, ...contradictions(given)];
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new OptionsError(`These options are not usable:\n${problems.map((text) => `  ${text}`).join('\n')}`);
}

export const assumptionsOf = (options: Options): Assumptions => {
  const entries = (Object.keys(assumptions) as (keyof Assumptions)[]).map((name) => [name, options[name]]);
  return { ...DEFAULTS, ...Object.fromEntries(entries) };
};
