import { TAGS } from '../shared/tags.ts';
import type { SelfTags, Tags } from './self-tags.ts';
import { differsNoticeably, smooth } from './service-time.ts';
import type { Times } from './times.ts';

/** How often a changed service time may be told between two `seen` tags, in ms. */
const SERVICE_TIME_EVERY_MS = 10_000;
const JITTER = 0.1;

export interface PresenceOptions {
  tags: Pick<SelfTags, 'set'>;
  times: Pick<Times, 'seenMs'>;
}

/** Tells the load balancer, by tags of this machine, that the worker lives, what it is up to, and how fast it is. */
export class Presence {
  readonly #options: PresenceOptions;
  #serviceMs: number | undefined;
  #workedMs: number | undefined;
  #settledMs: number | undefined;
  #told: { serviceMs: number; at: number } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** @param engine its name and precision, such as `onnx int8` */
  ready(engine: string): void {
    this.#tell({
      [TAGS.state]: 'ready',
      [TAGS.engine]: engine,
      [TAGS.readyAt]: new Date().toISOString(),
      // The machine may have been stopped and started again since a worker on it took one.
      [TAGS.terminateId]: '',
    });
  }

  /** @param terminateId of the terminate message that made it go, if one did */
  draining(terminateId?: string): void {
    this.#tell({
      [TAGS.state]: 'draining',
      ...(terminateId !== undefined && { [TAGS.terminateId]: terminateId }),
    });
  }

  /** Drained; the load balancer is to stop this machine. */
  parking(): void {
    this.#tell({ [TAGS.state]: 'parking' });
  }

  /**
   * @param serviceMs that the whole worker took for a job, in ms
   * @param workedMs that an idle worker would have taken from receiving it to its outcome, in ms
   */
  worked(serviceMs: number, workedMs: number): void {
    this.#serviceMs = smooth(this.#serviceMs, serviceMs);
    this.#workedMs = smooth(this.#workedMs, workedMs);
    const due = !this.#told || performance.now() - this.#told.at >= SERVICE_TIME_EVERY_MS;
    if (due && differsNoticeably(this.#told?.serviceMs, this.#serviceMs)) this.#tell({});
  }

  /** @param settledMs that an idle worker would have taken from a job's outcome to its message's deletion, in ms */
  settled(settledMs: number): void {
    this.#settledMs = smooth(this.#settledMs, settledMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Each call to EC2 says that the worker lives, and how fast it is; so it need not be said again for a while. */
  #tell(tags: Tags): void {
    const { times } = this.#options;
    const serviceMs = this.#serviceMs;
    const heldMs = this.#workedMs === undefined ? undefined : this.#workedMs + (this.#settledMs ?? 0);
    if (serviceMs !== undefined) this.#told = { serviceMs, at: performance.now() };
    this.#options.tags.set({
      ...tags,
      [TAGS.seen]: new Date().toISOString(),
      ...(serviceMs !== undefined && { [TAGS.serviceMs]: serviceMs.toFixed(1) }),
      ...(heldMs !== undefined && { [TAGS.heldMs]: heldMs.toFixed(1) }),
    });
    clearTimeout(this.#timer);
    // Machines that were launched together are not to tag themselves together for ever.
    const jitter = 1 + JITTER * (2 * Math.random() - 1);
    this.#timer = setTimeout(() => this.#tell({}), times.seenMs * jitter);
  }
}
