import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { TAGS } from '../shared/tags.ts';

const POLL_MS = 100;

/**
 * Waits until `count` workers have tagged themselves `ready`.
 * @returns what classifies in each
 */
export async function workersReady(endpoint: string, count: number, signal: AbortSignal): Promise<string[]> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const ec2 = new EC2Client({ endpoint, region: 'us-east-1', credentials });
  const Filters = [{ Name: `tag:${TAGS.state}`, Values: ['ready'] }];
  for (;;) {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }), {
      abortSignal: signal,
    });
    const workers = Reservations.flatMap(({ Instances = [] }) => Instances);
    if (workers.length >= count) {
      ec2.destroy();
      return workers.flatMap(({ Tags = [] }) => Tags.find(({ Key }) => Key === TAGS.engine)?.Value ?? []);
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}
