import { createServer, request } from 'node:http';
import { CreateFleetCommand, CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ContractClients, connectContract, isEmbedded } from '../../local/aws/testing/clients.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const sqsTarget = (operation: string) => ({ 'x-amz-target': `AmazonSQS.${operation}` });

describe.runIf(isEmbedded)('the endpoint', () => {
  let clients: ContractClients;
  beforeAll(async () => {
    clients = await connectContract();
  });
  afterAll(() => clients.stop());

  it('says that it is well, to GET and to POST', async () => {
    for (const method of ['GET', 'POST']) {
      expect((await fetch(`${clients.url}/_local/health`, { method })).status).toBe(200);
    }
  });

  it('does not start on a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(connectContract({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await new Promise((resolve) => taken.close(resolve));
  });

  it.each([
    ['SQS that is no JSON', 'POST', '/', sqsTarget('SendMessage'), '{'],
    ['SQS without fields', 'POST', '/', sqsTarget('SendMessage'), 'null'],
    ['SQS of the wrong kind', 'POST', '/', sqsTarget('SendMessageBatch'), '{"QueueUrl":"a","Entries":{}}'],
    ['an unknown operation of SQS', 'POST', '/', sqsTarget('Nonsense'), '{}'],
    ['an operation named like a property', 'POST', '/', sqsTarget('constructor'), '{}'],
    ['another service', 'POST', '/', { 'x-amz-target': 'DynamoDB_20120810.GetItem' }, '{}'],
    ['EC2 without an action', 'POST', '/', FORM, 'Version=2016-11-15'],
    ['EC2 with two values of one name', 'POST', '/', FORM, 'Action=DescribeInstances&A=1&A.b=2'],
    ['EC2 with a field of the wrong kind', 'POST', '/', FORM, 'Action=DescribeInstances&Filter=x'],
    [
      'EC2 with a strange name',
      'POST',
      '/',
      FORM,
      'Action=CreateTags&__proto__.1=x&Tag.1.Key=a&ResourceId.1=i-1',
    ],
    ['EC2 with broken escapes', 'POST', '/', FORM, 'Action=%E0%A4%A&x=%'],
    ['a broken path', 'GET', '/bucket/%E0%A4%A', {}, undefined],
    ['a bucket name that will not do', 'PUT', '/Not_A_Bucket', {}, undefined],
    ['a key that is too long', 'GET', `/bucket/${'x'.repeat(1_025)}`, {}, undefined],
    ['a page size that is none', 'GET', '/none?list-type=2&max-keys=x', {}, undefined],
    ['a method that S3 does not have', 'PATCH', '/bucket/key', {}, 'x'],
    ['an empty delete', 'POST', '/bucket?delete', {}, '<Delete/>'],
    ['a copy from nowhere', 'PUT', '/bucket/key', { 'x-amz-copy-source': '%E0%A4%A' }, undefined],
  ])('refuses %s with a 4xx', async (_what, method, path, headers, body) => {
    const answer = await fetch(clients.url + path, { method, headers, body });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect((await fetch(`${clients.url}/_local/health`)).status).toBe(200);
  });

  it('outlives a client that hangs up in the middle of its request', async () => {
    const url = `${clients.url}/bucket/key`;
    const upload = request(url, { method: 'PUT', headers: { 'content-length': 1_000_000 } });
    const closed = new Promise((resolve) => upload.once('close', resolve));
    upload.on('error', () => {});
    upload.write('x', () => upload.destroy());
    await closed;
    expect((await fetch(`${clients.url}/_local/health`)).status).toBe(200);
  });
});

it.runIf(isEmbedded)('stops within a second, long polls, machines and all', async () => {
  const clients = await connectContract();
  const { sqs, ec2, s3, launched } = clients;
  await s3.send(new ListBucketsCommand());
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'stop' }));
  const polling = sqs
    .send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
    .catch(() => 'cut off');
  const LaunchTemplateData = { InstanceType: 'c7i.large' as const };
  await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'stop', LaunchTemplateData }));
  await ec2.send(
    new CreateFleetCommand({
      Type: 'instant',
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateName: 'stop', Version: '1' } }],
      TargetCapacitySpecification: { TotalTargetCapacity: 2 },
    }),
  );
  await vi.waitFor(() => expect(launched).toHaveLength(2));
  const upload = request(clients.url, {
    method: 'PUT',
    headers: { 'content-length': 10, expect: '100-continue' },
  });
  const cutOff = new Promise((resolve) => upload.once('error', resolve));
  upload.flushHeaders();
  await new Promise((resolve) => upload.once('continue', resolve));
  const startedAt = performance.now();
  await clients.stop();
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(launched.map(({ process }) => process.signalCode)).toEqual(['SIGKILL', 'SIGKILL']);
  await Promise.all([polling, cutOff]);
  await expect(fetch(clients.url)).rejects.toThrow();
});
