import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect } from 'vitest';
import { s3 } from '../../../shared/aws.ts';
import { type AwsEndpoint, startAwsEndpoint } from '../endpoint.ts';

/**
 * Runs an embedded cloud for the tests of this file, where the AWS clients find it, and launches no machine in it.
 *
 * @returns makes a bucket, and gives its name
 */
export function useBuckets(): () => Promise<string> {
  let cloud: AwsEndpoint;
  let buckets = 0;
  beforeAll(async () => {
    cloud = await startAwsEndpoint({ port: 0, launch: () => expect.fail('no machine is launched here') });
    process.env.AWS_ENDPOINT_URL = cloud.url;
    process.env.AWS_REGION = 'us-east-1';
    process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'test';
  });
  afterAll(() => cloud.stop());
  return async () => {
    const bucket = `test-${buckets++}`;
    await s3().send(new CreateBucketCommand({ Bucket: bucket }));
    return bucket;
  };
}
