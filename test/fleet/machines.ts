import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { TAGS } from '../../shared/tags.ts';

/** A machine that is a worker in this process. */
export interface Machine {
  stage: string;
  state: 'running' | 'stopped' | 'terminated';
  launchedAt: Date;
  tags: Record<string, string>;
  /** Jobs that it works on at this moment. */
  held: number;
  heldWhenTold: number | undefined;
  stop(): void;
  start(): void;
  end(): void;
}
export const byId = new Map<string, Machine>();
export const stages = new Map<string, { launch(tags: Record<string, string>): void }>();

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
        for (const { Key, Value } of Tags) if (machine) machine.tags[Key] = Value;
        if (machine?.tags[TAGS.state] === 'draining') machine.heldWhenTold ??= machine.held;
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

const describeMachine = ([InstanceId, { state, launchedAt, tags }]: [string, Machine]) => ({
  InstanceId,
  LaunchTime: launchedAt,
  State: { Name: state },
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});
