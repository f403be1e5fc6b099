import { CreateTagsCommand, DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { ec2 } from '../../shared/aws.ts';
import { TAGS } from '../../shared/tags.ts';
import { awsCloud } from '../cloud.ts';

/** What a test sees of a stage's machines, and does to them in their workers' name. */
export function stageMachines(config: Parameters<typeof awsCloud>[0]) {
  const describe = async () => {
    const { Reservations = [] } = await ec2().send(
      new DescribeInstancesCommand({ Filters: [{ Name: `tag:${TAGS.stage}`, Values: [config.STAGE] }] }),
    );
    return Reservations.flatMap(({ Instances = [] }) => Instances);
  };
  const machines = async () => {
    return (await describe()).map(({ InstanceId = '', State, Tags = [] }) => ({
      id: InstanceId,
      up: State?.Name === 'pending' || State?.Name === 'running',
      tags: Object.fromEntries(Tags.map(({ Key = '', Value }) => [Key, Value])),
    }));
  };
  const up = async () => (await machines()).filter((machine) => machine.up).map(({ id }) => id);
  const tag = (id: string, tags: Record<string, string>) =>
    ec2().send(
      new CreateTagsCommand({
        Resources: [id],
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
  return {
    describe,
    machines,
    tag,
    /** Ids of the machines that are starting or running. */
    up,
    /** Launches workers, and makes them ready at the time `seenAt`, in ms since the epoch. Returns their ids. */
    async readyWorkers(count: number, seenAt: number): Promise<string[]> {
      await awsCloud(config).launch({ count, token: `${config.STAGE}-ready` });
      const ids = await up();
      const seen = new Date(seenAt).toISOString();
      for (const id of ids)
        await tag(id, { [TAGS.state]: 'ready', [TAGS.seen]: seen, [TAGS.serviceMs]: '200' });
      return ids;
    },
    /** What a worker's machine does that shuts itself down. */
    shutDown: (id: string) => ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] })),
  };
}
