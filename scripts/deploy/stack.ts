import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import type { Account } from './account.ts';

/** What the logical ids of a deployed template stand for. */
export interface Stack {
  /** @throws Error naming a resource that the stack does not have */
  id(logicalId: string): string;
  /** The ids of all resources of a type, such as `AWS::S3::Bucket`, that are not deleted. */
  ofType(type: string): string[];
}

/** The deployed stack of a name; `undefined` where there is none. */
export async function readStack(account: Account, name: string): Promise<Stack | undefined> {
  const client = new CloudFormationClient(account);
  try {
    if (!(await exists(client, name))) return undefined;
    const resources = await listResources(client, name);
    return {
      id(logicalId) {
        const id = resources.find((resource) => resource.logicalId === logicalId)?.id;
        if (id === undefined) throw new Error(`stack ${name} has no ${logicalId}`);
        return id;
      },
      ofType: (type) => resources.filter((resource) => resource.type === type).map(({ id }) => id),
    };
  } finally {
    client.destroy();
  }
}

async function exists(client: CloudFormationClient, name: string): Promise<boolean> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks.some(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
  } catch (error) {
    // CloudFormation has no error of its own for it.
    if (error instanceof Error && error.message.includes('does not exist')) return false;
    throw error;
  }
}

async function listResources(client: CloudFormationClient, name: string) {
  const found: { logicalId: string; id: string; type: string }[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListStackResourcesCommand({ StackName: name, NextToken }));
    for (const {
      LogicalResourceId,
      PhysicalResourceId,
      ResourceType,
      ResourceStatus,
    } of page.StackResourceSummaries ?? [])
      if (LogicalResourceId && PhysicalResourceId && ResourceType && ResourceStatus !== 'DELETE_COMPLETE')
        found.push({ logicalId: LogicalResourceId, id: PhysicalResourceId, type: ResourceType });
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}
