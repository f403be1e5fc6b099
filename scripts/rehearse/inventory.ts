import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeInternetGatewaysCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';
import { listMachines } from '../deploy/end-fleet.ts';
import { STAGE } from './sls.ts';

/** Everything in the account of the kinds that a deployment makes, each by kind and id. */
export async function inventory(): Promise<Set<string>> {
  const ec2 = new EC2Client({});
  const found = await Promise.all([
    stacks(),
    listMachines(ec2, STAGE).then(named('machine')),
    network(ec2),
    queues(),
    new S3Client({})
      .send(new ListBucketsCommand({}))
      .then(({ Buckets = [] }) => Buckets.map(({ Name }) => Name))
      .then(named('bucket')),
    new EventBridgeClient({})
      .send(new ListRulesCommand({}))
      .then(({ Rules = [] }) => Rules.map(({ Name }) => Name))
      .then(named('rule')),
    logGroups(),
  ]);
  ec2.destroy();
  return new Set(found.flat());
}

const named =
  (kind: string) =>
  (ids: readonly (string | undefined)[]): string[] =>
    ids.flatMap((id) => (id === undefined ? [] : `${kind} ${id}`));

async function stacks(): Promise<string[]> {
  const { StackSummaries = [] } = await new CloudFormationClient({}).send(new ListStacksCommand({}));
  const left = StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
  return named('stack')(left.map(({ StackName }) => StackName));
}

async function network(ec2: EC2Client): Promise<string[]> {
  const [vpcs, subnets, groups, gateways, endpoints, templates] = await Promise.all([
    ec2.send(new DescribeVpcsCommand({})),
    ec2.send(new DescribeSubnetsCommand({})),
    ec2.send(new DescribeSecurityGroupsCommand({})),
    ec2.send(new DescribeInternetGatewaysCommand({})),
    ec2.send(new DescribeVpcEndpointsCommand({})),
    ec2.send(new DescribeLaunchTemplatesCommand({})),
  ]);
  const endpointsLeft = (endpoints.VpcEndpoints ?? []).filter(({ State }) => String(State) !== 'deleted');
  return [
    ...named('VPC')((vpcs.Vpcs ?? []).map(({ VpcId }) => VpcId)),
    ...named('subnet')((subnets.Subnets ?? []).map(({ SubnetId }) => SubnetId)),
    ...named('security group')((groups.SecurityGroups ?? []).map(({ GroupId }) => GroupId)),
    ...named('internet gateway')((gateways.InternetGateways ?? []).map(({ InternetGatewayId: id }) => id)),
    ...named('VPC endpoint')(endpointsLeft.map(({ VpcEndpointId }) => VpcEndpointId)),
    ...named('launch template')((templates.LaunchTemplates ?? []).map(({ LaunchTemplateId: id }) => id)),
  ];
}

async function queues(): Promise<string[]> {
  const urls: string[] = [];
  for await (const { QueueUrls = [] } of paginateListQueues({ client: new SQSClient({}) }, {}))
    urls.push(...QueueUrls);
  return named('queue')(urls);
}

async function logGroups(): Promise<string[]> {
  const names: (string | undefined)[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups(
    { client: new CloudWatchLogsClient({}) },
    {},
  ))
    names.push(...logGroups.map(({ logGroupName }) => logGroupName));
  return named('log group')(names);
}
