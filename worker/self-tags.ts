import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { ec2 } from '../shared/aws.ts';
import { log } from '../shared/log.ts';
import { type Backoff, waitBackoff } from './backoff.ts';

const RETRY: Backoff = { baseMs: 1_000, capMs: 30_000 };

export type Tags = Readonly<Record<string, string>>;

/**
 * Keeps tags of this machine as they were last set. Tags that are set while a call is under way, or while a failed
 * one waits to be tried again, go together in the next call; a failure is logged and tried again.
 */
export class SelfTags {
  readonly #instanceId: string;
  readonly #stopping = new AbortController();
  #pending: Tags = {};
  #flushing: Promise<void> | undefined;

  constructor(instanceId: string) {
    this.#instanceId = instanceId;
  }

  set(tags: Tags): void {
    this.#pending = { ...this.#pending, ...tags };
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
    });
  }

  /** Resolves when all that was set is tagged, or given up by {@link stop}. */
  async settled(): Promise<void> {
    await this.#flushing;
  }

  /** Tries nothing again any more. */
  stop(): void {
    this.#stopping.abort();
  }

  async #flush(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; Object.keys(this.#pending).length > 0 && !signal.aborted; ) {
      const tags = this.#pending;
      this.#pending = {};
      try {
        await createTags(this.#instanceId, tags);
        failures = 0;
      } catch (error) {
        log.warn('tagging failed', { tags, error });
        this.#pending = { ...tags, ...this.#pending };
        await waitBackoff(++failures, RETRY, signal);
      }
    }
  }
}

async function createTags(instanceId: string, tags: Tags): Promise<void> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await ec2().send(new CreateTagsCommand({ Resources: [instanceId], Tags }));
}
