import {
  CreateLogStreamCommand,
  type InputLogEvent,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-cloudwatch-logs';
import { cloudWatchLogs } from '../shared/aws.ts';
import { pause } from './pause.ts';

const FLUSH_EVERY_MS = 5_000;
/** PutLogEvents takes 1 MiB, and counts 26 bytes for an event beside its UTF-8. */
const BATCH_BYTES = 1 << 20;
const EVENT_OVERHEAD_BYTES = 26;
const BATCH_EVENTS = 10_000;
/** Of one line; its UTF-8 has at most three times as many bytes, and CloudWatch takes 256 KiB. */
const LINE_CHARACTERS = 64 << 10;
/** Kept while CloudWatch cannot be reached; then the oldest go. The journal has them all the same. */
const KEPT_LINES = 10_000;
/** What the last lines get when the worker leaves, in ms. */
const LAST_MS = 2_000;

/**
 * Sends the worker's lines to CloudWatch Logs, by itself: no agent has to be installed on its machine, or kept. A batch
 * every 5 s; what cannot be sent is kept and sent with the next.
 */
export class CloudWatchLog {
  readonly #names: { logGroupName: string; logStreamName: string };
  readonly #timer: NodeJS.Timeout;
  #waiting: InputLogEvent[] = [];
  #dropped = 0;
  #hasStream = false;
  #flushing: Promise<void> | undefined;

  /** @param stream its name; it is created where there is none */
  constructor(group: string, stream: string, flushEveryMs = FLUSH_EVERY_MS) {
    this.#names = { logGroupName: group, logStreamName: stream };
    this.#timer = setInterval(() => void this.#flush(), flushEveryMs).unref();
  }

  add(line: string): void {
    this.#waiting.push({ timestamp: Date.now(), message: line.slice(0, LINE_CHARACTERS) });
    if (this.#waiting.length <= KEPT_LINES) return;
    this.#waiting.shift();
    this.#dropped++;
  }

  /** Sends what is left, for 2 s at most. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const patience = new AbortController();
    const rest = Promise.resolve(this.#flushing).then(() => this.#flush());
    await Promise.race([rest, pause(LAST_MS, patience.signal)]);
    patience.abort();
  }

  #flush(): Promise<void> {
    this.#flushing ??= this.#sendAll().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #sendAll(): Promise<void> {
    try {
      if (!this.#hasStream && this.#waiting.length > 0) await this.#createStream();
      while (this.#waiting.length > 0) await this.#sendBatch();
    } catch (error) {
      // Not by the logger: its line would come back here.
      console.error(`CloudWatch Logs took no lines: ${error instanceof Error ? error.message : error}`);
    }
  }

  async #createStream(): Promise<void> {
    try {
      await cloudWatchLogs().send(new CreateLogStreamCommand(this.#names));
    } catch (error) {
      if (!(error instanceof ResourceAlreadyExistsException)) throw error;
    }
    this.#hasStream = true;
  }

  async #sendBatch(): Promise<void> {
    if (this.#dropped > 0) {
      const message = JSON.stringify({ level: 'warn', event: 'lines dropped', count: this.#dropped });
      this.#waiting.unshift({ timestamp: this.#waiting[0]?.timestamp ?? Date.now(), message });
      this.#dropped = 0;
    }
    const logEvents = this.#waiting.splice(0, fittingInBatch(this.#waiting));
    try {
      await cloudWatchLogs().send(new PutLogEventsCommand({ ...this.#names, logEvents }));
    } catch (error) {
      this.#waiting.unshift(...logEvents);
      throw error;
    }
  }
}

/** How many of the first events one call takes; at least one. */
function fittingInBatch(events: readonly InputLogEvent[]): number {
  let bytes = 0;
  const end = events.findIndex(({ message = '' }, i) => {
    bytes += Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
    return i === BATCH_EVENTS || bytes > BATCH_BYTES;
  });
  return end === -1 ? events.length : end;
}
