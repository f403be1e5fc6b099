import { Agent } from 'undici';

/** How long connections are used again, in ms. */
const LIFE_MS = 60_000;

/**
 * Connections to any hosts, used again and again, but not for ever: one leads where its host's name led when it was made.
 * The age is ours to watch: undici's `maxRequestsPerClient` makes an `Agent` that has reached it once open a connection for
 * each request from then on, and so does a host that closes several at a time; a new `Agent` ends that, too.
 *
 * @see https://github.com/nodejs/undici/issues/5022
 */
export class Connections {
  readonly #options: Agent.Options;
  readonly #lifeMs: number;
  #agent: Agent;
  #madeAt = performance.now();
  /** Those that finish what was asked through them. */
  readonly #leaving = new Set<Agent>();

  constructor(options: Agent.Options, lifeMs = LIFE_MS) {
    this.#options = options;
    this.#lifeMs = lifeMs;
    this.#agent = new Agent(options);
  }

  /** What to send the next request through. */
  get agent(): Agent {
    const now = performance.now();
    if (now - this.#madeAt < this.#lifeMs) return this.#agent;
    const old = this.#agent;
    this.#leaving.add(old);
    void old.close().finally(() => this.#leaving.delete(old));
    this.#agent = new Agent(this.#options);
    this.#madeAt = now;
    return this.#agent;
  }

  /** Ends all of them, and what is asked through them. */
  async destroy(): Promise<void> {
    await Promise.all([this.#agent, ...this.#leaving].map((agent) => agent.destroy()));
  }
}
