import { ServiceError } from '../shared/errors.ts';
import { SERVICE_BACKOFF, waitBackoff } from './backoff.ts';

/** A step of ours still failed when its time was up. The cause is its last error. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}

export interface PersistOptions {
  /** Named in the error, for the log. */
  step: string;
  /** Until when to try again, in ms since the epoch. */
  until: number;
  /** Aborted when the worker stops: no further try. */
  signal: AbortSignal;
  /** Called at each failure. */
  onFailure(error: unknown, failures: number): void;
}

/**
 * Does a step that only a failure of ours can stop, again and again until it succeeds.
 * @throws ServiceError at once: that is the image's failure, or its host's
 * @throws OutOfTimeError when the next try would come too late, or the worker stops
 */
export async function persist<T>(step: () => Promise<T>, options: PersistOptions): Promise<T> {
  const { signal, until } = options;
  for (let failures = 1; ; failures++) {
    if (signal.aborted) throw new OutOfTimeError(`${options.step} was not begun: the worker stops`);
    try {
      return await step();
    } catch (cause) {
      if (cause instanceof ServiceError) throw cause;
      options.onFailure(cause, failures);
      if (Date.now() < until) await waitBackoff(failures, SERVICE_BACKOFF, signal);
      if (Date.now() >= until)
        throw new OutOfTimeError(`${options.step} failed ${failures} times`, { cause });
    }
  }
}
