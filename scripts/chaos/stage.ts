import { randomUUID } from 'node:crypto';
import type { WriteStream } from 'node:fs';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Children } from '../../local/children.ts';
import { showProgress } from '../../local/show-progress.ts';
import { type Stage, startStage } from '../../local/stage.ts';
import { MESSAGE_VERSION, type TerminateMessage } from '../../shared/jobs.ts';
import { TAGS } from '../../shared/tags.ts';
import { CloudFaults } from './cloud-faults.ts';
import { Deliveries } from './deliveries.ts';
import type { FaultPlan } from './fault-plan.ts';
import { type Hop, startHop } from './hop.ts';
import type { Ledger } from './ledger.ts';
import type { WorkerFaults } from './worker-faults.ts';

/** A stage whose programs find the cloud, and the sockets to push to, through a place where calls fail. */
export interface FaultyStage {
  stage: Stage;
  faults: CloudFaults;
  /** Straight to the cloud. */
  s3: S3Client;
  sqs: SQSClient;
  /** Ids of the machines whose workers said that they are ready. */
  readyWorkers(): Promise<Set<string>>;
  /** Sends a terminate message, as the load balancer does: whichever worker takes it goes. */
  tellOneToGo(): Promise<void>;
  stop(): void;
}

export interface FaultyStageOptions {
  settings: Readonly<Record<string, string>>;
  plan: FaultPlan;
  ledger: Ledger;
  workers: WorkerFaults;
  /** What the service logs. */
  log: WriteStream;
  signal: AbortSignal;
}

const TERMINATE_QUEUE = 'classifycloud-local-terminate-queue';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Starts what `npm start` runs, on free ports, and waits for its first workers. No call fails until it is told to. */
export async function startFaultyStage(
  children: Children,
  { settings, plan, ledger, workers, log, signal }: FaultyStageOptions,
): Promise<FaultyStage> {
  const proxies: Hop[] = [];
  const parts: Pick<FaultyStage, 'faults' | 's3' | 'sqs'>[] = [];
  const stage = await startStage(
    { ...process.env, HTTP_PORT: '0', WS_PORT: '0', AWS_PORT: '0', ...settings },
    children,
    showProgress,
    signal,
    {
      async inFrontOf(real) {
        const client = { endpoint: real.aws, region: 'us-east-1', credentials };
        const sqs = new SQSClient(client);
        const s3 = new S3Client({ ...client, forcePathStyle: true });
        const faults = new CloudFaults(plan, ledger, new Deliveries(sqs, ledger, plan.stream('deliveries')));
        parts.push({ faults, s3, sqs });
        const answer: CloudFaults['answer'] = (incoming, forward) => faults.answer(incoming, forward);
        const [aws, push] = await Promise.all([startHop(real.aws, answer), startHop(real.push, answer)]);
        proxies.push(aws, push);
        return { aws: aws.url, push: push.url };
      },
      boot: (start, { instanceId }) => workers.boot(start, instanceId),
      log,
    },
  );
  const [own] = parts;
  if (!own) throw new Error('the stage did not ask where the cloud is');
  await Promise.race([stage.ready, stage.ended]);
  const ec2 = new EC2Client({ endpoint: stage.aws, region: 'us-east-1', credentials });
  return {
    ...own,
    stage,
    readyWorkers: () => readyWorkers(ec2),
    tellOneToGo: () => tellOneToGo(own.sqs),
    stop() {
      for (const proxy of proxies) proxy.stop();
      own.s3.destroy();
      own.sqs.destroy();
      ec2.destroy();
    },
  };
}

async function readyWorkers(ec2: EC2Client): Promise<Set<string>> {
  const Filters = [{ Name: `tag:${TAGS.state}`, Values: ['ready'] }];
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  return new Set(
    Reservations.flatMap(({ Instances = [] }) => Instances).flatMap(({ InstanceId }) => InstanceId ?? []),
  );
}

async function tellOneToGo(sqs: SQSClient): Promise<void> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: TERMINATE_QUEUE }));
  const message: TerminateMessage = { v: MESSAGE_VERSION, id: randomUUID() };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
}
