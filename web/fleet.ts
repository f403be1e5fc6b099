import { byId } from './dom.ts';
import { count } from './format.ts';
import type { Plot } from './plot.ts';
import { base } from './settings.ts';

/** The fleet at a time, in ms since the epoch; null where nothing is known. */
export interface Look {
  readonly at: number;
  readonly ready: number | null;
  readonly backlog: number | null;
}

/** `GET /health`. */
interface Health {
  readonly status: string;
  readonly queue: { readonly visible: number | null; readonly inFlight: number | null };
  readonly workers: { readonly booting: number | null; readonly ready: number | null };
  readonly imagesPerSecond: number | null;
}

/** The load balancer looks every 5 s. */
const EVERY_MS = 2_500;
const KEPT_MS = 300_000;
const STORE = 'fleet';

const NOTES: Readonly<Record<string, string>> = {
  ok: '',
  starting: 'The first worker is starting.',
  idle: 'No worker is running; one is started for the next image.',
  unknown: 'The load balancer has not reported for a while.',
};

/** Watches the fleet for as long as somebody looks at the page. */
export class Fleet {
  #looks: Look[] = recall();
  #plot: Plot | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    document.addEventListener('visibilitychange', () => this.#watch());
    addEventListener('online', () => this.#watch());
    addEventListener('offline', () => this.#note('There is no network.'));
    void this.#watch();
    // The larger half of the page: it comes when the rest is there.
    void import('./plot.ts').then(({ Plot }) => {
      this.#plot = new Plot(byId('plot', HTMLDivElement));
      this.#plot.draw(this.#looks);
    });
  }

  async #watch(): Promise<void> {
    clearTimeout(this.#timer);
    if (document.visibilityState !== 'visible' || !navigator.onLine) return;
    try {
      const response = await fetch(new URL('health', base), { signal: AbortSignal.timeout(10_000) });
      if (!response.ok) throw new Error(`the service answered ${response.status}`);
      this.#show(await response.json());
    } catch {
      this.#note('The service does not answer; asking again.');
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#watch(), EVERY_MS);
  }

  #show({ status, queue, workers, imagesPerSecond }: Health): void {
    const backlog = queue.visible === null || queue.inFlight === null ? null : queue.visible + queue.inFlight;
    const now = Date.now();
    this.#looks = [
      ...this.#looks.filter(({ at }) => at > now - KEPT_MS),
      { at: now, ready: workers.ready, backlog },
    ];
    this.#plot?.draw(this.#looks);
    remember(this.#looks);
    figure('ready', workers.ready);
    figure('booting', workers.booting);
    figure('backlog', backlog);
    figure('rate', imagesPerSecond === null ? null : Math.round(imagesPerSecond * 10) / 10);
    this.#note(NOTES[status] ?? '');
    const most = Math.max(0, ...this.#looks.map((look) => look.backlog ?? 0));
    byId('plot', HTMLDivElement).ariaLabel =
      `Plot of the last minutes: ${count(backlog ?? 0)} images waiting now, ${count(most)} at most; ${count(workers.ready ?? 0)} workers ready.`;
  }

  #note(text: string): void {
    byId('fleet-note', HTMLParagraphElement).textContent = text;
  }
}

function figure(name: string, value: number | null): void {
  const element = document.querySelector(`[data-figure="${name}"]`);
  if (element) element.textContent = value === null ? '–' : count(value);
}

function recall(): Look[] {
  try {
    const looks: Look[] = JSON.parse(sessionStorage.getItem(STORE) ?? '[]');
    return looks.filter(({ at }) => at > Date.now() - KEPT_MS);
  } catch {
    return [];
  }
}

function remember(looks: readonly Look[]): void {
  try {
    sessionStorage.setItem(STORE, JSON.stringify(looks));
  } catch {
    // No room: the plot begins anew after a reload.
  }
}
