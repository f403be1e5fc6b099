import { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../shared/aws.ts';
import { isMissing, isNotModified } from '../shared/aws-errors.ts';
import { ServiceError } from '../shared/errors.ts';
import { tooLargeBy } from '../shared/image-size.ts';
import type { JobMessage } from '../shared/jobs.ts';
import { isPast, uploadKey } from '../shared/uploads.ts';
import type { ByteShare } from './byte-budget.ts';
import { type Validator, validatorIn } from './cache/validator.ts';
import type { Fetched } from './fetch-image.ts';
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
   * @param known of the upload as it was: it is not sent again where it has not changed since
   * @throws ServiceError `DOWNLOAD_FAILED` where the tenant has no such upload, `IMAGE_TOO_LARGE` or `INVALID_URL`
   */
  async read(
    { tenant, imageUrl }: Pick<JobMessage, 'tenant' | 'imageUrl'>,
    share: ByteShare,
    known?: Validator,
  ): Promise<Fetched> {
    const key = uploadKey(tenant, imageUrl);
    if (isPast(imageUrl, Date.now())) throw missing();
    const limit = new AbortController();
    const opened = await this.#open(key, known);
    if (opened === undefined) return { changed: false, validator: known };
    const { body, validator } = opened;
    const timer = setTimeout(() => {
      const tooSlow = new Error(`the upload did not arrive within ${this.#limitMs} ms`);
      limit.abort(tooSlow);
      body.destroy(tooSlow);
    }, this.#limitMs);
    try {
      const file = await collect(body, { share, signal: limit.signal });
      return { changed: true, ...file, validator };
    } finally {
      clearTimeout(timer);
    }
  }

  /** `undefined` where the upload is the one that is known. */
  async #open(
    Key: string,
    known: Validator | undefined,
  ): Promise<{ body: Readable; validator: Validator | undefined } | undefined> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key, IfNoneMatch: known?.value });
    const answer = await s3()
      .send(command)
      .catch((error: unknown) => {
        if (known && isNotModified(error)) return undefined;
        throw isMissing(error) ? missing() : error;
      });
    if (answer === undefined) return undefined;
    const { Body, ContentLength = 0, ETag } = answer;
    if (!(Body instanceof Readable)) throw new Error('S3 answered without a body');
    const refusal = tooLargeBy(ContentLength);
    if (refusal) {
      Body.destroy();
      throw refusal;
    }
    return { body: Body, validator: validatorIn(Key, { etag: ETag }) };
  }
}

const missing = () =>
  new ServiceError(
    'DOWNLOAD_FAILED',
    'There is no such upload of yours: nothing was put there, or it was more than a day ago. Upload the image again.',
    { retryable: false },
  );
