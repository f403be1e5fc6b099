import { CreateLaunchTemplateCommand } from '@aws-sdk/client-ec2';
import { CreateBucketCommand, PutBucketCorsCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { ec2, s3, sqs } from '../../shared/aws.ts';

/** A resource that was made: what `Ref` and `Fn::GetAtt` give for it. */
export interface PhysicalResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Makes a resource of one type from its properties, their intrinsic functions resolved. */
type Create = (name: string, properties: unknown) => Promise<PhysicalResource>;

/** The types that the embedded cloud knows. */
export const CREATE: Readonly<Record<string, Create>> = {
  'AWS::SQS::Queue': createQueue,
  'AWS::S3::Bucket': createBucket,
  'AWS::EC2::LaunchTemplate': createLaunchTemplate,
};

/** What guards or watches a real stage and does nothing on one's own machine. */
export const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::Role',
  'AWS::Logs::LogGroup',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SQS::QueuePolicy',
]);

// A queue's properties have the names of SQS's attributes, which are all strings, JSON where they have parts.
const attribute = z
  .unknown()
  .transform((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
const queueProperties = z.record(z.string(), attribute);

async function createQueue(name: string, properties: unknown): Promise<PhysicalResource> {
  const Attributes = queueProperties.parse(properties);
  const { QueueUrl = '' } = await sqs().send(new CreateQueueCommand({ QueueName: name, Attributes }));
  const { Attributes: { QueueArn = '' } = {} } = await sqs().send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  return { ref: QueueUrl, attributes: { Arn: QueueArn, QueueName: name } };
}

const texts = z.array(z.string());
const corsRule = z.strictObject({
  AllowedOrigins: texts,
  AllowedMethods: texts,
  AllowedHeaders: texts,
  MaxAge: z.int(),
});
const bucketProperties = z.object({
  CorsConfiguration: z.object({ CorsRules: z.array(corsRule) }).optional(),
});

/** Its lifecycle and its locks are left out: nothing here lives for a day, and nobody else can reach it. */
async function createBucket(name: string, properties: unknown): Promise<PhysicalResource> {
  const { CorsConfiguration } = bucketProperties.parse(properties);
  await s3().send(new CreateBucketCommand({ Bucket: name }));
  const CORSRules = CorsConfiguration?.CorsRules.map(({ MaxAge, ...rule }) => ({
    ...rule,
    MaxAgeSeconds: MaxAge,
  }));
  if (CORSRules)
    await s3().send(new PutBucketCorsCommand({ Bucket: name, CORSConfiguration: { CORSRules } }));
  return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}` } };
}

const launchTemplate = z.object({ LaunchTemplateData: z.record(z.string(), z.unknown()) });

async function createLaunchTemplate(name: string, properties: unknown): Promise<PhysicalResource> {
  const { LaunchTemplateData } = launchTemplate.parse(properties);
  const { LaunchTemplate } = await ec2().send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName: name, LaunchTemplateData }),
  );
  const { LaunchTemplateId = '', LatestVersionNumber = 1 } = LaunchTemplate ?? {};
  return { ref: LaunchTemplateId, attributes: { LatestVersionNumber: String(LatestVersionNumber) } };
}
