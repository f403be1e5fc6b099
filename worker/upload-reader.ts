import { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../shared/aws.ts';
import { isMissing } from '../shared/aws-errors.ts';
import { ServiceError } from '../shared/errors.ts';
import { tooLargeBy } from '../shared/image-size.ts';
import type { JobMessage } from '../shared/jobs.ts';
import { isPast, uploadKey } from '../shared/uploads.ts';
import type { ByteShare } from './byte-budget.ts';
import { collect } from './read-image.ts';

/** Reads images that were put into the bucket. No URL is followed for it, so there is none to guard. */
export class UploadReader {
  readonly #bucket: string;
  readonly #limitMs: number;

  /** @param limitMs for one try, in ms */
  constructor(bucket: string, limitMs: number) {
    this.#bucket = bucket;
    this.#limitMs = limitMs;
  }

  /**
   * The image file of a job whose `imageUrl` is `upload:ID`. What else it throws is S3's failure, and may be tried again.
   * @param share that the file counts in
   * @throws ServiceError `DOWNLOAD_FAILED` where the tenant has no such upload, `IMAGE_TOO_LARGE` or `INVALID_URL`
   */
  async read(
    { tenant, imageUrl }: Pick<JobMessage, 'tenant' | 'imageUrl'>,
    share: ByteShare,
  ): Promise<Buffer> {
    const key = uploadKey(tenant, imageUrl);
    if (isPast(imageUrl, Date.now())) throw missing();
    const limit = new AbortController();
    const body = await this.#open(key);
    const timer = setTimeout(() => {
      const tooSlow = new Error(`the upload did not arrive within ${this.#limitMs} ms`);
      limit.abort(tooSlow);
      body.destroy(tooSlow);
    }, this.#limitMs);
    try {
      return await collect(body, { share, signal: limit.signal });
    } finally {
      clearTimeout(timer);
    }
  }

  async #open(Key: string): Promise<Readable> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key });
    const { Body, ContentLength = 0 } = await s3()
      .send(command)
      .catch((error: unknown) => {
        throw isMissing(error) ? missing() : error;
      });
    if (!(Body instanceof Readable)) throw new Error('S3 answered without a body');
    const refusal = tooLargeBy(ContentLength);
    if (refusal) {
      Body.destroy();
      throw refusal;
    }
    return Body;
  }
}

const missing = () =>
  new ServiceError(
    'DOWNLOAD_FAILED',
    'There is no such upload of yours: nothing was put there, or it was more than a day ago. Upload the image again.',
    { retryable: false },
  );
