import { readFile } from 'node:fs/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Where the sample photo lies in a stage's bucket; it came with the weights. */
export const SAMPLE_KEY = 'samples/labrador.jpg';

/** Puts the sample photo into a stage's bucket, from where `GET /samples/labrador.jpg` answers it. */
export async function storeSample(s3: S3Client, bucket: string, path: string): Promise<void> {
  const object = { Bucket: bucket, Key: SAMPLE_KEY, ContentType: 'image/jpeg' };
  await s3.send(new PutObjectCommand({ ...object, Body: await readFile(path) }));
}
