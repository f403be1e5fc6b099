import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { TAGS } from '../../shared/tags.ts';

/** A machine that is a worker in this process. */
export interface Machine {
  stage: string;
  state: 'running' | 'stopped' | 'terminated';
  /** By its stage's clock. */
  launchedAt: Date;
  tags: Record<string, string>;
  /** Jobs that it works on at this moment. */
  held: number;
  heldWhenTold: number | undefined;
  stop(): void;
  start(): void;
  end(): void;
}
/** A stage's clock, and how its machines come to be. */
export interface Stage {
  /** ms since the epoch, as its ticks have it: hundreds of times as fast as the workers' own clock. */
  now: number;
  launch(tags: Record<string, string>): void;
}
export const byId = new Map<string, Machine>();
export const stages = new Map<string, Stage>();

/** Those that tell the time, always that of the call. */
const TIMES: readonly string[] = [TAGS.seen, TAGS.readyAt];
const timeOf = ({ stage }: Machine) => String(stages.get(stage)?.now);

const tagList = z.array(z.object({ Key: z.string(), Value: z.string() }));
const createTags = z.object({ Resources: z.array(z.string()), Tags: tagList });
const ofInstances = z.object({ InstanceIds: z.array(z.string()) });
const describe = z.object({ Filters: z.array(z.object({ Values: z.array(z.string()) })) });
const createFleet = z.object({
  TargetCapacitySpecification: z.object({ TotalTargetCapacity: z.int() }),
  TagSpecifications: z.array(z.object({ Tags: tagList })),
});

/** EC2 for all scenarios: a machine is a worker in this process. */
export const machines = {
  answer(command: string, input: unknown): object {
    switch (command) {
      case 'CreateTags': {
        const { Resources, Tags } = createTags.parse(input);
        const machine = byId.get(Resources[0] ?? '');
        if (!machine) return {};
        for (const { Key, Value } of Tags) machine.tags[Key] = TIMES.includes(Key) ? timeOf(machine) : Value;
        if (machine.tags[TAGS.state] === 'draining') machine.heldWhenTold ??= machine.held;
        return {};
      }
      case 'DescribeInstances': {
        const stage = describe.parse(input).Filters[0]?.Values[0];
        const Instances = [...byId].filter(([, machine]) => machine.stage === stage).map(describeMachine);
        return { Reservations: [{ Instances }] };
      }
      case 'StopInstances':
        for (const id of ofInstances.parse(input).InstanceIds) byId.get(id)?.stop();
        return {};
      case 'StartInstances':
        for (const id of ofInstances.parse(input).InstanceIds) byId.get(id)?.start();
        return {};
      case 'TerminateInstances':
        for (const id of ofInstances.parse(input).InstanceIds) byId.get(id)?.end();
        return {};
      case 'CreateFleet': {
        const { TargetCapacitySpecification, TagSpecifications } = createFleet.parse(input);
        const tags = Object.fromEntries(
          TagSpecifications[0]?.Tags.map(({ Key, Value }) => [Key, Value]) ?? [],
        );
        const stage = stages.get(tags[TAGS.stage] ?? '');
        const count = TargetCapacitySpecification.TotalTargetCapacity;
        for (let i = 0; i < count; i++) stage?.launch(tags);
        return { Instances: [{ InstanceIds: Array.from({ length: count }, randomUUID) }] };
      }
      default:
        return {};
    }
  },
};

/** A worker that lives said so within the last minute; the stage's minutes are too short for it to do so each time. */
function describeMachine([InstanceId, machine]: [string, Machine]) {
  const { state, launchedAt, tags } = machine;
  if (state === 'running' && tags[TAGS.seen] !== undefined) tags[TAGS.seen] = timeOf(machine);
  return {
    InstanceId,
    LaunchTime: launchedAt,
    State: { Name: state },
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}
