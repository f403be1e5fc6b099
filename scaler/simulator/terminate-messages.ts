/** How a terminate message is sent, and heard. */
export interface TerminateRules {
  /** After so long, in ms, a message that nobody took is dropped. */
  lifeMs: number;
  /** Whether a worker that has nothing to do hears it. */
  idleListen: boolean;
}

/** The terminate queue. */
export class TerminateMessages {
  #messages: { id: string; until: number; idleListen: boolean }[] = [];

  /** @param now ms */
  send(ids: readonly string[], now: number, { lifeMs, idleListen }: TerminateRules): void {
    this.#messages.push(...ids.map((id) => ({ id, until: now + lifeMs, idleListen })));
  }

  /** The oldest fresh message that a worker hears, at the time `now`, in ms. */
  take(now: number, idle: boolean): string | undefined {
    if (this.#messages.length === 0) return undefined;
    this.#messages = this.#messages.filter(({ until }) => now <= until);
    const index = this.#messages.findIndex(({ idleListen }) => !idle || idleListen);
    return index < 0 ? undefined : this.#messages.splice(index, 1)[0]?.id;
  }
}
