import { CreateFleetCommand, CreateLaunchTemplateCommand, DescribeTagsCommand } from '@aws-sdk/client-ec2';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { startAwsEndpoint } from '../../local/aws/endpoint.ts';
import { ec2, s3, sqs } from '../../shared/aws.ts';
import { readConfig } from '../../shared/config.ts';
import { type ResponseMessage, responseMessage } from '../../shared/jobs.ts';
import { WORKER_SETTINGS, type WorkerConfig } from '../settings.ts';
import { type CallRecorder, startCallRecorder } from './call-recorder.ts';

/** The embedded cloud with fresh queues, a bucket, and a machine that runs nothing by itself. */
export interface TestCloud {
  recorder: CallRecorder;
  /** Settings as a worker reads them, with what `env` adds. */
  env: NodeJS.ProcessEnv;
  config: WorkerConfig;
  instanceId: string;
  stop(): Promise<void>;
}

const BOOTS_NEVER_MS = 2 ** 30;

/**
 * Starts the cloud for one test file: the clients of `shared/aws.ts` are pointed at it when first used, and stay so.
 * @param visibilitySeconds of the request queue
 */
export async function startTestCloud({ visibilitySeconds = 15 } = {}): Promise<TestCloud> {
  const refuse = () => {
    throw new Error('no machine is to boot here');
  };
  const endpoint = await startAwsEndpoint({ port: 0, launch: refuse, bootDelayMs: () => BOOTS_NEVER_MS });
  const recorder = await startCallRecorder(endpoint.url);
  const access = { AWS_ENDPOINT_URL: recorder.url, AWS_REGION: 'us-east-1' };
  const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  Object.assign(process.env, access, credentials, { LOG_LEVEL: 'error' });

  await s3().send(new CreateBucketCommand({ Bucket: 'bucket' }));
  const env = {
    ...process.env,
    REQUEST_QUEUE_URL: await createQueue('requests', visibilitySeconds),
    RESPONSE_QUEUE_URL: await createQueue('responses', 60),
    TERMINATE_QUEUE_URL: await createQueue('terminate', 30),
    DEAD_LETTER_QUEUE_URL: await createQueue('dead-letters', 30),
    BUCKET: 'bucket',
    INSTANCE_ID: await createMachine(),
    ENGINE: 'echo',
    WORKER_THREADS: '1',
  };
  const stop = async () => {
    recorder.stop();
    await endpoint.stop();
  };
  return { recorder, env, config: readConfig(WORKER_SETTINGS, env), instanceId: env.INSTANCE_ID, stop };
}

async function createQueue(QueueName: string, visibilitySeconds: number): Promise<string> {
  const Attributes = { VisibilityTimeout: String(visibilitySeconds) };
  const { QueueUrl = '' } = await sqs().send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl;
}

async function createMachine(): Promise<string> {
  const LaunchTemplateName = 'worker';
  const LaunchTemplateData = { InstanceType: 'c7a.medium' as const, ImageId: 'ami-0' };
  await ec2().send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
  const { Instances = [] } = await ec2().send(
    new CreateFleetCommand({
      Type: 'instant',
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateName, Version: '1' } }],
      TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'on-demand' },
    }),
  );
  return Instances[0]?.InstanceIds?.[0] ?? '';
}

/** The tags of a machine. */
export async function tagsOf(instanceId: string): Promise<Record<string, string>> {
  const Filters = [{ Name: 'resource-id', Values: [instanceId] }];
  const { Tags = [] } = await ec2().send(new DescribeTagsCommand({ Filters }));
  return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

export async function send(QueueUrl: string, message: unknown): Promise<void> {
  const MessageBody = typeof message === 'string' ? message : JSON.stringify(message);
  await sqs().send(new SendMessageCommand({ QueueUrl, MessageBody }));
}

/** Messages that wait and messages that somebody holds. */
export async function depthOf(QueueUrl: string): Promise<{ visible: number; inFlight: number }> {
  const { Attributes } = await sqs().send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  return {
    visible: Number(Attributes?.ApproximateNumberOfMessages),
    inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
  };
}

/** Receives a request as often as a worker that then crashed, each time handed back at once. */
export async function receiveInVain(QueueUrl: string, times: number): Promise<void> {
  const command = new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0, WaitTimeSeconds: 5 });
  for (let i = 0; i < times; i++) await sqs().send(command);
}

/** The bodies of the messages in a queue, `count` or more; they stay in flight. */
export async function takeBodies(QueueUrl: string, count: number): Promise<string[]> {
  const bodies: string[] = [];
  for (const deadline = Date.now() + 10_000; bodies.length < count; ) {
    if (Date.now() > deadline) throw new Error(`${bodies.length} messages came, not ${count}`);
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
    const { Messages = [] } = await sqs().send(command);
    bodies.push(...Messages.map(({ Body = '' }) => Body));
  }
  return bodies;
}

/** The responses in the response queue, `count` or more. */
export async function takeResponses({ config }: TestCloud, count = 1): Promise<ResponseMessage[]> {
  const bodies = await takeBodies(config.RESPONSE_QUEUE_URL, count);
  return bodies.map((body) => responseMessage.parse(JSON.parse(body)));
}
