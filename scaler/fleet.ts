import { CreateFleetCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { ec2, sqs } from '../shared/aws.ts';
import { httpStatusOf } from '../shared/aws-errors.ts';
import { MESSAGE_VERSION, type TerminateMessage } from '../shared/jobs.ts';
import { log } from '../shared/log.ts';
import { TAGS } from '../shared/tags.ts';

export interface Launch {
  stage: string;
  launchTemplateId: string;
  /** At most 64 characters; EC2 carries out one launch for it, however often it is asked. */
  token: string;
  count: number;
}

/**
 * Launches workers by one CreateFleet call.
 * @returns how many EC2 launched: fewer than asked where it lacks capacity or refuses; both are logged
 * @throws what leaves unknown whether machines were launched, such as a timeout
 */
export async function launchWorkers({ stage, launchTemplateId, token, count }: Launch): Promise<number> {
  const command = new CreateFleetCommand({
    Type: 'instant',
    ClientToken: token,
    LaunchTemplateConfigs: [
      { LaunchTemplateSpecification: { LaunchTemplateId: launchTemplateId, Version: '$Latest' } },
    ],
    TargetCapacitySpecification: { TotalTargetCapacity: count, DefaultTargetCapacityType: 'on-demand' },
    TagSpecifications: [
      {
        ResourceType: 'instance',
        Tags: [
          { Key: TAGS.stage, Value: stage },
          { Key: TAGS.launch, Value: token },
          { Key: TAGS.state, Value: 'booting' },
        ],
      },
    ],
  });
  try {
    const { Instances = [], Errors = [] } = await ec2().send(command);
    for (const { ErrorCode: name, ErrorMessage: message } of Errors)
      log.error('launch error', { name, message });
    return Instances.reduce((sum, { InstanceIds = [] }) => sum + InstanceIds.length, 0);
  } catch (error) {
    const status = httpStatusOf(error) ?? 500;
    if (status >= 500) throw error;
    log.error('launch refused', { error });
    return 0;
  }
}

/** Sends a terminate message for each id; whichever worker is idle takes one. Those that SQS refuses are logged. */
export async function sendTerminateMessages(queueUrl: string, ids: readonly string[]): Promise<void> {
  const batches = inBatches(ids, 10).map(async (batch) => {
    const Entries = batch.map((id) => ({
      Id: id,
      MessageBody: JSON.stringify({ v: MESSAGE_VERSION, id } satisfies TerminateMessage),
    }));
    const { Failed = [] } = await sqs().send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    for (const { Code: name, Message: message } of Failed)
      log.error('terminate message refused', { name, message });
  });
  await Promise.all(batches);
}

/** Ends machines at once, without asking their workers: for those that no longer answer. */
export async function endMachines(ids: readonly string[]): Promise<void> {
  // EC2 advises against more than 1,000 ids a call.
  for (const InstanceIds of inBatches(ids, 1000))
    await ec2().send(new TerminateInstancesCommand({ InstanceIds }));
}

const inBatches = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
