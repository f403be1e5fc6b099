import {
  CreateFleetCommand,
  type CreateFleetCommandInput,
  type CreateFleetCommandOutput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { ec2, sqs } from '../shared/aws.ts';
import { httpStatusOf, isThrottle, isThrottled, ThrottledError } from '../shared/aws-errors.ts';
import type { Config } from '../shared/config.ts';
import { MESSAGE_VERSION, type TerminateMessage } from '../shared/jobs.ts';
import { log } from '../shared/log.ts';
import { TAGS } from '../shared/tags.ts';

export type FleetSettings = Config<
  | 'STAGE'
  | 'LAUNCH_TEMPLATE_ID'
  | 'LAUNCH_TEMPLATE_VERSION'
  | 'INSTANCE_TYPES'
  | 'SUBNET_IDS'
  | 'WORKER_MARKET'
>;

export interface Launch {
  /** At most 64 characters; EC2 carries out one launch for it, however often it is asked. */
  token: string;
  count: number;
}

/**
 * Launches workers by one CreateFleet call.
 * @returns how many EC2 launched: fewer than asked where it lacks capacity or refuses; each cause is logged by itself
 * @throws where EC2 is asked too often: then none was launched; and what leaves unknown whether machines were launched,
 * such as a timeout
 */
export async function launchWorkers(settings: FleetSettings, launch: Launch): Promise<number> {
  try {
    const { Instances = [], Errors = [] } = await createFleet(fleetRequest(settings, launch));
    for (const { ErrorCode: name, ErrorMessage: message, LaunchTemplateAndOverrides } of Errors) {
      const { InstanceType, SubnetId, AvailabilityZone } = LaunchTemplateAndOverrides?.Overrides ?? {};
      log.error('launch error', { name, message, InstanceType, SubnetId, AvailabilityZone });
    }
    const launched = Instances.reduce((sum, { InstanceIds = [] }) => sum + InstanceIds.length, 0);
    // The account's bucket of machines is empty: the call itself is answered, its pools are not.
    const throttle = launched === 0 && Errors.find(({ ErrorCode }) => isThrottle(ErrorCode));
    if (throttle) throw new ThrottledError(`${throttle.ErrorCode}: ${throttle.ErrorMessage}`);
    return launched;
  } catch (error) {
    if (isThrottled(error) || isUnclear(error)) throw error;
    log.error('launch refused', { error });
    return 0;
  }
}

/** A request whose answer was lost is asked once more: for its token EC2 gives the same answer, and launches nothing twice. */
async function createFleet(request: CreateFleetCommandInput): Promise<CreateFleetCommandOutput> {
  const command = new CreateFleetCommand(request);
  try {
    return await ec2().send(command);
  } catch (error) {
    if (isThrottled(error) || !isUnclear(error)) throw error;
    log.warn('launch asked for again', { error });
    return ec2().send(command);
  }
}

/** No answer, or a failure on EC2's side: it may have done what was asked. */
const isUnclear = (error: unknown): boolean => (httpStatusOf(error) ?? 500) >= 500;

function fleetRequest(settings: FleetSettings, { token, count }: Launch): CreateFleetCommandInput {
  const { STAGE, LAUNCH_TEMPLATE_ID, LAUNCH_TEMPLATE_VERSION, WORKER_MARKET } = settings;
  const Version = LAUNCH_TEMPLATE_VERSION === undefined ? '$Latest' : String(LAUNCH_TEMPLATE_VERSION);
  const Overrides = overridesOf(settings);
  return {
    Type: 'instant',
    ClientToken: token,
    LaunchTemplateConfigs: [
      {
        LaunchTemplateSpecification: { LaunchTemplateId: LAUNCH_TEMPLATE_ID, Version },
        ...(Overrides.length > 0 && { Overrides }),
      },
    ],
    TargetCapacitySpecification: { TotalTargetCapacity: count, DefaultTargetCapacityType: WORKER_MARKET },
    // Without priorities EC2 would take the cheapest; and of Spot pools it knows best which will last.
    ...(WORKER_MARKET === 'spot'
      ? { SpotOptions: { AllocationStrategy: 'capacity-optimized-prioritized' } }
      : { OnDemandOptions: { AllocationStrategy: 'prioritized' } }),
    TagSpecifications: [
      {
        ResourceType: 'instance',
        Tags: [
          { Key: TAGS.stage, Value: STAGE },
          { Key: TAGS.launch, Value: token },
          { Key: TAGS.state, Value: 'booting' },
        ],
      },
    ],
  };
}

/** Every type in every subnet, in order of preference: the best type in all zones before the second best. */
function overridesOf({ INSTANCE_TYPES, SUBNET_IDS }: FleetSettings) {
  const types = INSTANCE_TYPES.length > 0 ? INSTANCE_TYPES : [undefined];
  const subnets = SUBNET_IDS.length > 0 ? SUBNET_IDS : [undefined];
  const pools = types.flatMap((InstanceType) => subnets.map((SubnetId) => ({ InstanceType, SubnetId })));
  if (INSTANCE_TYPES.length === 0 && SUBNET_IDS.length === 0) return [];
  return pools.map((pool, Priority) => ({ ...pool, Priority }));
}

/** Sends terminate messages; whichever worker is idle takes one. Those that SQS refuses are logged. */
export async function sendTerminateMessages(
  queueUrl: string,
  messages: readonly Omit<TerminateMessage, 'v'>[],
): Promise<void> {
  const batches = inBatches(messages, 10).map(async (batch) => {
    const Entries = batch.map((message) => ({
      Id: message.id,
      MessageBody: JSON.stringify({ v: MESSAGE_VERSION, ...message } satisfies TerminateMessage),
    }));
    const { Failed = [] } = await sqs().send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    for (const { Code: name, Message: message } of Failed)
      log.error('terminate message refused', { name, message });
  });
  await Promise.all(batches);
}

/** Ends machines at once, without asking their workers: for those that no longer answer. */
export const endMachines = (ids: readonly string[]): Promise<void> =>
  // EC2 advises against more than 1,000 ids a call, here and below.
  forBatches(ids, (InstanceIds) => ec2().send(new TerminateInstancesCommand({ InstanceIds })));

/** Stops machines whose workers are drained. */
export const stopMachines = (ids: readonly string[]): Promise<void> =>
  forBatches(ids, (InstanceIds) => ec2().send(new StopInstancesCommand({ InstanceIds })));

/**
 * Starts stopped machines.
 * @returns whether EC2 starts them: false where it refuses, such as for want of capacity in their zone
 * @throws where EC2 is asked too often, and what leaves unknown whether they start
 */
export async function startMachines(ids: readonly string[]): Promise<boolean> {
  try {
    await forBatches(ids, (InstanceIds) => ec2().send(new StartInstancesCommand({ InstanceIds })));
    return true;
  } catch (error) {
    if (isThrottled(error) || isUnclear(error)) throw error;
    log.error('start refused', { ids, error });
    return false;
  }
}

async function forBatches(ids: readonly string[], act: (ids: string[]) => Promise<unknown>): Promise<void> {
  for (const batch of inBatches(ids, 1000)) await act(batch);
}

const inBatches = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
