import { PutObjectCommand } from '@aws-sdk/client-s3';
import { v7 } from 'uuid';
import { expect, it } from 'vitest';
import { s3 } from '../shared/aws.ts';
import { MAX_IMAGE_BYTES } from '../shared/image-size.ts';
import { newUpload, uploadKey } from '../shared/uploads.ts';
import { ByteBudget } from './byte-budget.ts';
import { send, takeResponses } from './testing/cloud.ts';
import { useFixture } from './testing/fixture.ts';
import { anyJpeg } from './testing/image-host.ts';
import { jobFor } from './testing/jobs.ts';
import { UploadReader } from './upload-reader.ts';

const fixture = useFixture();

const put = async (imageUrl: string, Body: Uint8Array, tenant = 'tenant') => {
  await s3().send(new PutObjectCommand({ Bucket: 'bucket', Key: uploadKey(tenant, imageUrl), Body }));
  return imageUrl;
};
async function outcomeOf(imageUrl: string) {
  const { cloud } = fixture();
  await send(cloud.config.REQUEST_QUEUE_URL, jobFor(imageUrl));
  const [response] = await takeResponses(cloud);
  return response?.outcome;
}
const noSuchUpload = {
  type: 'error',
  error: { code: 'DOWNLOAD_FAILED', retryable: false, message: expect.stringContaining('no such upload') },
};

it('classifies an upload out of the bucket, and asks no host for it', async () => {
  const { images, start } = fixture();
  start();
  const imageUrl = await put(newUpload(), await anyJpeg());
  const before = images.requests.length;
  expect(await outcomeOf(imageUrl)).toMatchObject({ type: 'result', imageUrl });
  expect(images.requests).toHaveLength(before);
});

it('finds no upload that was never put, is another tenant’s, or is of more than a day ago', async () => {
  fixture().start();
  expect(await outcomeOf(newUpload())).toMatchObject(noSuchUpload);
  expect(await outcomeOf(await put(newUpload(), await anyJpeg(), 'another'))).toMatchObject(noSuchUpload);
  const old = `upload:${v7({ msecs: Date.now() - 86_400_000 })}`;
  expect(await outcomeOf(await put(old, await anyJpeg()))).toMatchObject(noSuchUpload);
});

it('refuses one over 20 MB again, however it came into the bucket, and one that is no image', async () => {
  fixture().start();
  const large = await put(newUpload(), Buffer.alloc(MAX_IMAGE_BYTES + 1));
  expect(await outcomeOf(large)).toMatchObject({ error: { code: 'IMAGE_TOO_LARGE' } });
  const text = await put(newUpload(), Buffer.from('This is a text.'));
  expect(await outcomeOf(text)).toMatchObject({ error: { code: 'UNSUPPORTED_IMAGE' } });
});

it('tries again where S3 fails, for that is not the image’s fault', async () => {
  const { cloud, start } = fixture();
  start();
  const imageUrl = await put(newUpload(), await anyJpeg());
  const SDK_TRIES = 3;
  let failures = 0;
  cloud.recorder.fails = (call) => call.startsWith('GET ') && failures++ < SDK_TRIES;
  expect(await outcomeOf(imageUrl)).toMatchObject({ type: 'result', imageUrl });
  expect(failures).toBeGreaterThan(SDK_TRIES);
});

it('does not read an upload again that is the one it knows, and says so where it is gone', async () => {
  const reader = new UploadReader('bucket', 5_000);
  const share = new ByteBudget(0).open();
  const job = jobFor(await put(newUpload(), await anyJpeg()));
  const first = await reader.read(job, share);
  expect(first).toMatchObject({
    changed: true,
    bytes: await anyJpeg(),
    validator: { header: 'if-none-match' },
  });
  const again = { changed: false, validator: first.validator };
  expect(await reader.read(job, share, first.validator)).toEqual(again);
  const other = jobFor(await put(newUpload(), Buffer.from('other')));
  expect(await reader.read(other, share, first.validator)).toMatchObject({ changed: true });
  const gone = jobFor(newUpload());
  await expect(reader.read(gone, share, first.validator)).rejects.toMatchObject(noSuchUpload.error);
});
