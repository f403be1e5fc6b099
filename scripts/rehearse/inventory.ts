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
import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';
import { listMachines } from '../deploy/end-fleet.ts';
import { REGION, ROOT } from './ministack.ts';
import { STAGE } from './sls.ts';

/** Everything in the account of the kinds that a deployment makes, each by kind and id. */
export async function inventory(): Promise<Set<string>> {
  const ec2 = new EC2Client({});
  const found = await Promise.all(
    [
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
      functions(),
      LISTINGS.map(listed),
    ].flat(),
  );
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

async function functions(): Promise<string[]> {
  const names: (string | undefined)[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: new LambdaClient({}) }, {}))
    names.push(...Functions.map(({ FunctionName }) => FunctionName));
  return named('function')(names);
}

interface Listing {
  kind: string;
  service: string;
  /** The call: a path to GET, or the fields of a form to POST. */
  ask: string;
  /** Finds each name in the answer. */
  name: RegExp;
}

/** Kinds that nothing else here has a client of the SDK for. */
const LISTINGS: readonly Listing[] = [
  { kind: 'API', service: 'apigateway', ask: '/v2/apis', name: /"apiId":\s*"([^"]+)"/gi },
  { kind: 'role', ...iam('ListRoles'), name: /<RoleName>(.+?)</g },
  { kind: 'instance profile', ...iam('ListInstanceProfiles'), name: /<InstanceProfileName>(.+?)</g },
  { kind: 'alarm', ...cloudWatch('DescribeAlarms'), name: /<AlarmName>(.+?)</g },
  { kind: 'dashboard', ...cloudWatch('ListDashboards'), name: /<DashboardName>(.+?)</g },
];

function iam(action: string) {
  return { service: 'iam', ask: `Action=${action}&Version=2010-05-08` };
}

function cloudWatch(action: string) {
  return { service: 'monitoring', ask: `Action=${action}&Version=2010-08-01` };
}

async function listed({ kind, service, ask, name }: Listing): Promise<string[]> {
  const isPath = ask.startsWith('/');
  // MiniStack reads whose a signature is, and does not verify it.
  const scope = `${ROOT.AWS_ACCESS_KEY_ID}/20260101/${REGION}/${service}/aws4_request`;
  const response = await fetch(`${process.env.AWS_ENDPOINT_URL}${isPath ? ask : '/'}`, {
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      ...(!isPath && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(!isPath && { method: 'POST', body: ask }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the ${kind}s could not be listed: ${response.status} ${text}`);
  return named(kind)([...text.matchAll(name)].map(([, found]) => found));
}
