import { readdirSync, readFileSync } from 'node:fs';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { Service } from './service.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface Machine {
  id: string;
  state: string;
  tags: Record<string, string>;
}

/** The machines that EC2 knows of. */
export async function machinesOf({ aws }: Service): Promise<Machine[]> {
  const ec2 = new EC2Client({ endpoint: aws, region: 'us-east-1', credentials });
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  return Reservations.flatMap(({ Instances = [] }) => Instances).map(
    ({ InstanceId = '', State, Tags = [] }) => ({
      id: InstanceId,
      state: State?.Name ?? '',
      tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    }),
  );
}

/** Process ids of all descendants of a process, by Linux's /proc. */
export function descendantsOf(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): [number, number][] => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return [[Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]];
      } catch {
        return []; // it ended between the two looks
      }
    });
  const childrenOf = (parent: number): number[] =>
    parents.filter(([, of]) => of === parent).flatMap(([child]) => [child, ...childrenOf(child)]);
  return childrenOf(pid);
}

/** The command line of a process; empty where it is gone. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** Process ids of the service's workers. */
export const workerPids = ({ launcher }: Service): number[] =>
  descendantsOf(launcher.pid ?? 0).filter((pid) => /worker\/main\./.test(commandOf(pid)));
