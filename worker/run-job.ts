import { ServiceError, toServiceError } from '../shared/errors.ts';
import type { JobMessage } from '../shared/jobs.ts';
import { log } from '../shared/log.ts';
import type { OutcomeMessage, ResultMessage } from '../shared/protocol.ts';
import { acceptedAt } from '../shared/request-id.ts';
import { errorFor } from './answer.ts';
import type { Classification, Classifier } from './classify.ts';
import type { Handling } from './consume.ts';
import { DecoderDiedError } from './decoder-handle.ts';
import type { Persist } from './handle-request.ts';
import { OutOfTimeError } from './persist.ts';
import type { OutcomePlan } from './plan.ts';
import type { ReceivedMessage } from './received-message.ts';

export interface JobRunnerOptions {
  classifier: Pick<Classifier, 'classify'>;
  /** Called with the times of a job, in ms: the whole worker's for it at full load, and its download's. */
  onWorked(serviceMs: number, downloadMs: number): void;
}

export interface Holding {
  message: ReceivedMessage;
  /** ms since the epoch */
  deadline: number;
  persist: Persist;
  aside: Handling['aside'];
}

/** Works out how jobs end. */
export class JobRunner {
  readonly #options: JobRunnerOptions;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /**
   * @throws OutOfTimeError where the bucket, the decoder or the engine fails until the deadline
   * @throws DecoderDiedError where the image killed its decoder: it is to come again, and be given up if it goes on so
   */
  async outcomeOf({ kind }: OutcomePlan, job: JobMessage, holding: Holding): Promise<OutcomeMessage> {
    if (kind === 'time-out') return errorFor(job, new ServiceError('TIMEOUT').toBody());
    if (kind === 'give-up') return errorFor(job, new ServiceError('INTERNAL').toBody());
    try {
      const classification = await this.#options.classifier.classify(job, holding);
      const { serviceMs, timings } = classification;
      // What was remembered says nothing of how long an image takes.
      if (serviceMs !== undefined) this.#options.onWorked(serviceMs, timings.downloadMs);
      return resultFor(job, classification, holding.message, Date.now());
    } catch (thrown) {
      if (thrown instanceof OutOfTimeError || thrown instanceof DecoderDiedError) throw thrown;
      const error = toServiceError(thrown);
      if (error.code === 'INTERNAL') log.error('job failed', { requestId: job.requestId, error });
      return errorFor(job, error.toBody());
    }
  }
}

/** The `result` of a job. Its queue time reaches from sending to receiving, its total from acceptance to `now`. */
export function resultFor(
  { requestId, clientRef, imageUrl }: JobMessage,
  { timings, serviceMs: _, ...answer }: Classification,
  { sentAt, receivedAt }: ReceivedMessage,
  now: number,
): ResultMessage {
  return {
    type: 'result',
    requestId,
    ...(clientRef !== undefined && { clientRef }),
    imageUrl,
    ...answer,
    timings: {
      queueMs: tenths(receivedAt - sentAt),
      downloadMs: tenths(timings.downloadMs),
      decodeMs: tenths(timings.decodeMs),
      inferMs: tenths(timings.inferMs),
      totalMs: tenths(now - (acceptedAt(requestId) ?? sentAt)),
    },
  };
}

// Not below zero: the clocks of SQS, of clients and ours differ a little.
const tenths = (ms: number) => Math.round(Math.max(0, ms) * 10) / 10;
