import { type ChildProcess, spawn } from 'node:child_process';
import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type AwsEndpointOptions, type Machine, startAwsEndpoint } from '../endpoint.ts';

/** False when the contract is tested against another endpoint, named by `AWS_ENDPOINT_URL`. */
export const isEmbedded = process.env.AWS_ENDPOINT_URL === undefined;

/** Clients of the endpoint under test. */
export interface ContractClients {
  readonly url: string;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly ec2: EC2Client;
  /** Machines launched by the embedded endpoint, with their processes. */
  readonly launched: { machine: Machine; process: ChildProcess }[];
  /** Gives a Spot machine notice; of the embedded endpoint only. */
  interrupt(instanceId: string, noticeMs: number): void;
  /** Of the embedded endpoint only. */
  tagsOfRunning(): Readonly<Record<string, string>>[];
  stop(): Promise<void>;
}

/** Starts an endpoint (or finds the one in the environment) and makes clients that do not retry. */
export async function connectContract(options: Partial<AwsEndpointOptions> = {}): Promise<ContractClients> {
  const launched: ContractClients['launched'] = [];
  const launch = (machine: Machine) => {
    const process = spawn('sleep', ['60'], { stdio: 'ignore' });
    launched.push({ machine, process });
    return process;
  };
  const endpoint = isEmbedded ? await startAwsEndpoint({ port: 0, launch, ...options }) : undefined;
  const url = endpoint?.url ?? process.env.AWS_ENDPOINT_URL ?? '';
  const credentials = { accessKeyId: 'contract', secretAccessKey: 'contract' };
  const configuration = { endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 };
  const sqs = new SQSClient(configuration);
  const s3 = new S3Client({ ...configuration, forcePathStyle: true });
  const ec2 = new EC2Client(configuration);
  const stop = async () => {
    for (const client of [sqs, s3, ec2]) client.destroy();
    await endpoint?.stop();
  };
  const interrupt = (id: string, noticeMs: number) => endpoint?.interrupt(id, noticeMs);
  const tagsOfRunning = () => endpoint?.tagsOfRunning() ?? [];
  return { url, sqs, s3, ec2, launched, interrupt, tagsOfRunning, stop };
}
