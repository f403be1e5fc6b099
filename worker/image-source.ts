import { ServiceError } from '../shared/errors.ts';
import type { JobMessage } from '../shared/jobs.ts';
import { isUpload } from '../shared/uploads.ts';
import type { ByteShare } from './byte-budget.ts';
import type { Validator } from './cache/validator.ts';
import type { Fetched, ImageFetcher } from './fetch-image.ts';
import { inTime, type JobLimits } from './in-time.ts';
import type { UploadReader } from './upload-reader.ts';

export interface ImageSourceOptions {
  fetcher: ImageFetcher;
  uploads: UploadReader;
  /** The most that a download may take, in ms. */
  downloadMs: number;
}

/** Brings the image files of jobs here: from the web, or from the bucket. */
export class ImageSource {
  readonly #options: ImageSourceOptions;

  constructor(options: ImageSourceOptions) {
    this.#options = options;
  }

  /**
   * The image file of a job.
   * @param share that the file counts in
   * @param known of the image as it was: it is not brought again where it has not changed since
   * @throws ServiceError where the image or its host is at fault, or `TIMEOUT`
   * @throws OutOfTimeError where the bucket fails until the deadline
   */
  async read(
    job: JobMessage,
    share: ByteShare,
    { deadline, persist }: JobLimits,
    known?: Validator,
  ): Promise<Fetched> {
    if (!isUpload(job.imageUrl)) return this.#download(job.imageUrl, share, deadline, known);
    const read = () => this.#options.uploads.read(job, share, known);
    return persist('reading the upload', inTime(deadline, read));
  }

  async #download(imageUrl: string, share: ByteShare, deadline: number, known?: Validator): Promise<Fetched> {
    const { fetcher, downloadMs } = this.#options;
    try {
      return await fetcher.fetch(imageUrl, Math.min(downloadMs, deadline - Date.now()), share, known);
    } catch (error) {
      if (Date.now() >= deadline) throw new ServiceError('TIMEOUT', undefined, { cause: error });
      throw error;
    }
  }
}
