import { setTimeout as sleep } from 'node:timers/promises';
import { nextSession } from './clients/sessions.ts';
import type { ChaosOptions, Trial } from './trial.ts';

/** Jobs whose clients are still there. A machine that is slow is not to be overrun: that is what `npm run load` does. */
const MOST_OPEN = 300;
const LOOK_EVERY_MS = 100;

/** The clients of a run. */
export class Load {
  /** Jobs that were asked for. */
  asked = 0;
  #open = 0;

  /** Clients come at a steady rate as long as there are not too many. Ends when the last has left. */
  async run({ world, images }: Trial, { jobs, rate }: ChaosOptions): Promise<void> {
    const { random, journal, signal } = world;
    const visits: Promise<void>[] = [];
    while (this.asked < jobs) {
      while (this.#open > MOST_OPEN) await sleep(LOOK_EVERY_MS, undefined, { signal });
      const { session, images: wanted } = nextSession(random);
      const count = Math.min(wanted, jobs - this.asked);
      const urls = Array.from({ length: count }, (_, n) => images.url(this.asked + n));
      this.asked += count;
      this.#open += count;
      journal.count(session.name);
      const left = () => {
        this.#open -= count;
      };
      visits.push(session.run(world, urls).then(left));
      await sleep((count / rate) * 1000, undefined, { signal });
    }
    await Promise.all(visits);
  }
}
