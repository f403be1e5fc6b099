import * as z from 'zod';
import { log } from '../shared/log.ts';
import type { InstanceMetadata } from './instance-metadata.ts';
import { parseJson } from './received-message.ts';

/** Where EC2 says, two minutes before, that it takes a Spot machine back. */
const PATH = 'spot/instance-action';
const notice = z.object({ action: z.string(), time: z.iso.datetime() });

export interface SpotWatchOptions {
  metadata: Pick<InstanceMetadata, 'ask'>;
  /** Between two looks, in ms; AWS advises 5 s. */
  everyMs: number;
  /** Called once. @param at when the machine will be gone, in ms since the epoch */
  onNotice(at: number): void;
}

/** Looks for the notice of a Spot machine, until it comes or is stopped. */
export class SpotWatch {
  readonly #options: SpotWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #failing = false;

  constructor(options: SpotWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#look(), this.#options.everyMs);
    void this.#look();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    try {
      const parsed = notice.safeParse(parseJson((await this.#options.metadata.ask(PATH)) ?? ''));
      this.#failing = false;
      if (!parsed.success || this.#timer === undefined) return;
      this.stop();
      this.#options.onNotice(Date.parse(parsed.data.time));
    } catch (error) {
      // Said once: it is asked every few seconds.
      if (!this.#failing) log.warn('looking for a Spot notice failed', { error });
      this.#failing = true;
    }
  }
}
