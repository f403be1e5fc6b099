import { randomUUID } from 'node:crypto';
import { CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import { ec2, s3, sqs } from '../../shared/aws.ts';
import { readJson } from '../../shared/bucket.ts';
import { readConfig } from '../../shared/config.ts';
import { FLEET_STATE_KEY, fleetState } from '../../shared/fleet-state.ts';
import { type TerminateMessage, terminateMessage } from '../../shared/jobs.ts';
import { SETTINGS } from '../tick.ts';
import { stageMachines } from './stage-machines.ts';

/** A stage of its own in the embedded cloud, with what a test does to its queues and workers. */
export type EmbeddedStage = Awaited<ReturnType<typeof createStage>>;

export async function createStage(settings: NodeJS.ProcessEnv = {}) {
  const STAGE = `test-${randomUUID()}`;
  const queue = async (name: string) =>
    (await sqs().send(new CreateQueueCommand({ QueueName: `${STAGE}-${name}` }))).QueueUrl;
  await s3().send(new CreateBucketCommand({ Bucket: STAGE }));
  const { LaunchTemplate } = await ec2().send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: STAGE,
      LaunchTemplateData: { ImageId: 'ami-1', InstanceType: 'c7i.large' },
    }),
  );
  const env = {
    STAGE,
    BUCKET: STAGE,
    REQUEST_QUEUE_URL: await queue('requests'),
    TERMINATE_QUEUE_URL: await queue('terminate'),
    LAUNCH_TEMPLATE_ID: LaunchTemplate?.LaunchTemplateId,
    // Its decisions follow from the queue alone, so a test can tell them beforehand.
    SCALING_POLICY: 'classifycloud',
    ...settings,
  };
  const config = readConfig(SETTINGS, env);
  return {
    env,
    config,
    ...stageMachines(config),
    state: async () => (await readJson(STAGE, FLEET_STATE_KEY, fleetState))?.value,
    async queueJobs(count: number): Promise<void> {
      for (let left = count; left > 0; left -= 10) {
        const Entries = Array.from({ length: Math.min(10, left) }, (_, i) => ({
          Id: `${i}`,
          MessageBody: 'job',
        }));
        await sqs().send(new SendMessageBatchCommand({ QueueUrl: config.REQUEST_QUEUE_URL, Entries }));
      }
    },
    /** Receives jobs as a worker does, and holds them. */
    takeJobs: (count: number) => receive(config.REQUEST_QUEUE_URL, count),
    /** Receives what is on the terminate queue, at most 10. */
    terminateMessages: async () =>
      (await receive(config.TERMINATE_QUEUE_URL, 10)).map(
        ({ Body = '' }): TerminateMessage => terminateMessage.parse(JSON.parse(Body)),
      ),
  };
}

async function receive(QueueUrl: string, MaxNumberOfMessages: number): Promise<Message[]> {
  const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages }));
  return Messages;
}
