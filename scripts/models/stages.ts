import { S3Client } from '@aws-sdk/client-s3';
import { findBucket, NotFoundError } from '../operate/find.ts';
import { chooseStage, nobodyListens, type StageOptions } from '../operate/stage.ts';
import type { StageBucket } from './publish.ts';

/** The bucket of the stage that a command names. @throws Error where there is none, or nothing answers */
export async function chosenBucket(options: StageOptions): Promise<StageBucket> {
  const bucket = await findBucket(chooseStage(options));
  // Of its own: a large file may take longer than calls to S3 are given otherwise.
  return { s3: new S3Client({}), bucket };
}

/** The bucket of the stage that `npm start` runs on this machine; undefined where none does. */
export async function bucketHere(options: StageOptions): Promise<StageBucket | undefined> {
  try {
    return await chosenBucket({ ...options, stage: 'local' });
  } catch (error) {
    // Something else may listen there.
    if (error instanceof NotFoundError || (error instanceof Error && nobodyListens(error))) return undefined;
    throw error;
  }
}
