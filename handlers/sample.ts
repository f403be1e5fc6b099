import { GetObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../shared/aws.ts';
import { isMissing } from '../shared/aws-errors.ts';
import { readConfig } from '../shared/config.ts';
import { json, openHttpHandler } from '../shared/http.ts';
import { log } from '../shared/log.ts';
import { once } from '../shared/once.ts';
import { SAMPLE_KEY } from '../shared/sample.ts';

const config = once(() => readConfig(['BUCKET']));
let kept: string | undefined;

/** `GET /samples/labrador.jpg`: a photo for trying the service out, from the bucket; it never changes. */
export const handler = openHttpHandler(async () => {
  kept ??= await readSample();
  log.info('sample', { found: kept !== undefined });
  if (kept === undefined) return json(404, { message: 'Not Found' });
  const headers = { 'content-type': 'image/jpeg', 'cache-control': 'public, max-age=86400' };
  return { statusCode: 200, headers, body: kept, isBase64Encoded: true };
});

/** In base64; `undefined` where none was put there. */
async function readSample(): Promise<string | undefined> {
  try {
    const { Body } = await s3().send(new GetObjectCommand({ Bucket: config().BUCKET, Key: SAMPLE_KEY }));
    return await Body?.transformToString('base64');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
