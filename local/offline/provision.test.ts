// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders look like that
import { DescribeLaunchTemplateVersionsCommand } from '@aws-sdk/client-ec2';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ec2, s3, sqs } from '../../shared/aws.ts';
import { provision } from './provision.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

const TEMPLATE = {
  // Before what it refers to: the order of a template says nothing.
  RequestQueue: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      VisibilityTimeout: 15,
      SqsManagedSseEnabled: true,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] }, maxReceiveCount: 10 },
    },
  },
  DeadLetters: { Type: 'AWS::SQS::Queue', Properties: {} },
  Bucket: { Type: 'AWS::S3::Bucket', Properties: { LifecycleConfiguration: { Rules: [] } } },
  WorkerRole: { Type: 'AWS::IAM::Role', Properties: { Unknown: { 'Fn::Whatever': 1 } } },
  WorkerTemplate: {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: {
      LaunchTemplateData: {
        InstanceType: 'c7a.medium',
        IamInstanceProfile: { Arn: { 'Fn::GetAtt': ['WorkerRole', 'Arn'] } },
        UserData: { 'Fn::Base64': { 'Fn::Sub': 'BUCKET=${Bucket} QUEUE=${RequestQueue}' } },
      },
    },
  },
};

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.stop());

describe('provision', () => {
  it('makes what the template says, each resource after those it refers to', async () => {
    const lookUp = await provision(TEMPLATE, 'classifycloud-test');
    expect(lookUp('RequestQueue')).toMatch(/\/classifycloud-test-request-queue$/);
    expect(lookUp('Bucket')).toBe('classifycloud-test-bucket');
    await s3().send(new HeadBucketCommand({ Bucket: lookUp('Bucket') }));

    const { Attributes = {} } = await sqs().send(
      new GetQueueAttributesCommand({ QueueUrl: lookUp('RequestQueue'), AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({ VisibilityTimeout: '15', SqsManagedSseEnabled: 'true' });
    expect(JSON.parse(Attributes.RedrivePolicy ?? '')).toEqual({
      deadLetterTargetArn: lookUp('DeadLetters', 'Arn'),
      maxReceiveCount: 10,
    });

    const { LaunchTemplateVersions: [version] = [] } = await ec2().send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: lookUp('WorkerTemplate') }),
    );
    const data = version?.LaunchTemplateData;
    expect(data?.InstanceType).toBe('c7a.medium');
    expect(Buffer.from(data?.UserData ?? '', 'base64').toString()).toBe(
      `BUCKET=${lookUp('Bucket')} QUEUE=${lookUp('RequestQueue')}`,
    );
  });

  it('refuses a type that it does not know, by name', async () => {
    const unknown = { Table: { Type: 'AWS::DynamoDB::Table', Properties: {} } };
    await expect(provision(unknown, 'classifycloud-other')).rejects.toThrow('AWS::DynamoDB::Table (Table)');
  });

  it('refuses a reference to what the template does not have', async () => {
    const lookUp = await provision({}, 'classifycloud-empty');
    expect(() => lookUp('Nobody')).toThrow('Nobody');
  });
});
