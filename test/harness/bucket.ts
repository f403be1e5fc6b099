import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Service } from './service.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
export const s3Of = ({ aws }: Service) =>
  new S3Client({ endpoint: aws, region: 'us-east-1', credentials, forcePathStyle: true });
export const sqsOf = ({ aws }: Service) => new SQSClient({ endpoint: aws, region: 'us-east-1', credentials });

/** The keys of the bucket that begin with `prefix`. */
export async function keysOf(service: Service, prefix: string): Promise<string[]> {
  const s3 = s3Of(service);
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: service.bucket, Prefix: prefix, ContinuationToken }),
    );
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return keys;
}

/** A JSON object of the bucket. */
export async function jsonOf(service: Service, key: string): Promise<unknown> {
  const { Body } = await s3Of(service).send(new GetObjectCommand({ Bucket: service.bucket, Key: key }));
  return JSON.parse((await Body?.transformToString()) ?? '');
}
