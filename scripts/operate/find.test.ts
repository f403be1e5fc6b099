import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AwsEndpoint, startAwsEndpoint } from '../../local/aws/endpoint.ts';
import { s3, sqs } from '../../shared/aws.ts';
import { findBucket, findQueue } from './find.ts';
import { chooseStage } from './stage.ts';

let cloud: AwsEndpoint;
beforeAll(async () => {
  cloud = await startAwsEndpoint({ port: 0, launch: () => expect.fail('no machine is launched here') });
  chooseStage({ stage: 'local', endpoint: cloud.url });
  for (const name of [
    'RequestQueue-AbC123',
    'RequestDeadLetters-9xY',
    'ResponseQueue-1',
    'ResponseDeadLetters-2',
  ])
    for (const stage of ['prod', 'prod-2']) await create(`classifycloud-${stage}-${name}`);
  await create('classifycloud-local-request-queue');
  for (const Bucket of [
    'classifycloud-prod-bucket-a1b2',
    'classifycloud-prod-2-bucket-c3',
    'classifycloud-local-bucket',
  ])
    await s3().send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => cloud.stop());
const create = (QueueName: string) => sqs().send(new CreateQueueCommand({ QueueName }));

test('the queues of a stage are found by the names that CloudFormation gave them, or the local stage', async () => {
  expect(await findQueue('prod', 'RequestQueue')).toMatch(/\/classifycloud-prod-RequestQueue-AbC123$/);
  expect(await findQueue('prod', 'RequestDeadLetters')).toMatch(/-RequestDeadLetters-9xY$/);
  expect(await findQueue('prod-2', 'ResponseQueue')).toMatch(/-prod-2-ResponseQueue-1$/);
  expect(await findQueue('local', 'RequestQueue')).toMatch(/\/classifycloud-local-request-queue$/);
});

test('so is its bucket', async () => {
  expect(await findBucket('prod')).toBe('classifycloud-prod-bucket-a1b2');
  expect(await findBucket('local')).toBe('classifycloud-local-bucket');
});

test('a stage that is not there, or twice, is told', async () => {
  await expect(findQueue('test', 'RequestQueue')).rejects.toThrow('There is no RequestQueue of stage test');
  await expect(findBucket('test')).rejects.toThrow('There is no bucket of stage test');
  await create('classifycloud-prod-ResponseQueue-3');
  await expect(findQueue('prod', 'ResponseQueue')).rejects.toThrow('There are several');
});
