import type { InstanceTypeInfo } from '@aws-sdk/client-ec2';
import type { Fleet } from './check-account.ts';

/** What was found out of the account; `undefined` is what could not be. */
export interface Findings {
  readonly region: string;
  /** Those instance types of the fleet that the region has. */
  readonly types:
    | readonly Pick<InstanceTypeInfo, 'InstanceType' | 'VCpuInfo' | 'ProcessorInfo'>[]
    | undefined;
  /** Those that a zone of ours has. */
  readonly offered: readonly string[] | undefined;
  /** vCPUs that may run at once. */
  readonly quota: number | undefined;
  readonly fleet: Fleet;
}

/** As EC2 names them. */
const ARCHITECTURES = { x64: 'x86_64', arm64: 'arm64' } as const;

/** Why the account cannot run the fleet, a sentence each; none when it can. */
export function problemsOf(findings: Findings): string[] {
  const { region, types, offered } = findings;
  if (types === undefined) return [];
  const names: readonly string[] = findings.fleet.INSTANCE_TYPES;
  const known = types.map(({ InstanceType }): string | undefined => InstanceType);
  const unknown = names.filter((name) => !known.includes(name));
  const nowhere = names.filter((name) => known.includes(name) && offered && !offered.includes(name));
  return [
    ...unknown.map((name) => `${region} has no instance type ${name}. Set INSTANCE_TYPE to one that it has.`),
    ...(nowhere.length === names.length
      ? [`The first two zones of ${region} have no ${nowhere.join(', ')}. Set INSTANCE_TYPE to another.`]
      : []),
    ...wrongProcessors(findings),
    ...tooManyCpus(findings),
  ];
}

function wrongProcessors({ types = [], fleet }: Findings): string[] {
  const needed = ARCHITECTURES[fleet.WORKER_ARCHITECTURE];
  return types
    .filter(({ ProcessorInfo }) => !(ProcessorInfo?.SupportedArchitectures ?? [needed]).includes(needed))
    .map(
      ({ InstanceType }) =>
        `${InstanceType} does not run the programs of WORKER_ARCHITECTURE=${fleet.WORKER_ARCHITECTURE}.`,
    );
}

function tooManyCpus({ types = [], quota, fleet, region }: Findings): string[] {
  const { MAX_WORKERS, WORKER_MARKET } = fleet;
  // Which of the types will be launched is EC2's choice: the smallest decides whether it can work out at all.
  const each = Math.min(...types.map(({ VCpuInfo }) => VCpuInfo?.DefaultVCpus ?? 1));
  if (quota === undefined || types.length === 0 || MAX_WORKERS * each <= quota) return [];
  const fits = Math.floor(quota / each);
  return [
    `MAX_WORKERS=${MAX_WORKERS} needs ${MAX_WORKERS * each} vCPUs, and the account's quota in ${region} is ${quota} ` +
      `(${WORKER_MARKET}). Set MAX_WORKERS to ${fits} at most, or ask for more in the console, under Service Quotas.`,
  ];
}
