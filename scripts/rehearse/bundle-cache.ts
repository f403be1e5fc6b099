import { createHash } from 'node:crypto';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { runCommand } from '../run-command.ts';

/**
 * Unpacks a workers' bundle as a machine's user data does: taken out of the deployment bucket, its hash checked. All
 * machines share one copy of it.
 * @returns the folder
 */
export async function unpackBundle(bucket: string, sha256: string, folder: string): Promise<string> {
  const target = join(folder, sha256);
  const there = await access(target).then(
    () => true,
    () => false,
  );
  if (there) return target;

  const s3 = new S3Client({ forcePathStyle: true });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `workers/${sha256}.tar.gz` }));
  const tar = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array());
  s3.destroy();
  const found = createHash('sha256').update(tar).digest('hex');
  if (found !== sha256) throw new Error(`the bundle in the bucket has the hash ${found}, not ${sha256}`);

  const unfinished = `${target}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  await writeFile(`${unfinished}.tar`, tar);
  await runCommand('tar', ['--extract', '--file', `${unfinished}.tar`, '--directory', unfinished], {});
  await rm(`${unfinished}.tar`);
  await mkdir(dirname(target), { recursive: true });
  await rename(unfinished, target);
  return target;
}
