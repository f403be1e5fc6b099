import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';

const POLL_MS = 100;

/** Waits until `count` workers have tagged themselves `ready`. */
export async function workersReady(endpoint: string, count: number, signal: AbortSignal): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const ec2 = new EC2Client({ endpoint, region: 'us-east-1', credentials });
  const Filters = [{ Name: 'tag:classifycloud:state', Values: ['ready'] }];
  for (;;) {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }), {
      abortSignal: signal,
    });
    if (Reservations.flatMap(({ Instances = [] }) => Instances).length >= count) break;
    await sleep(POLL_MS, undefined, { signal });
  }
  ec2.destroy();
}
