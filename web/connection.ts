import type { CloudState } from '../client/index.ts';
import { byId } from './dom.ts';

type Shown = CloudState | 'offline';

const TEXTS: Readonly<Record<Shown, string>> = {
  connecting: 'Connecting',
  connected: 'Connected',
  reconnecting: 'Connection lost, trying again',
  http: 'Connected, without a socket',
  unauthorized: 'Waiting for a key',
  closed: 'Not connected',
  offline: 'Offline',
};

const LOST =
  'The service cannot be reached just now. Nothing is lost: leave this page open, and it goes on by itself as soon as the service is back.';
const OFFLINE =
  'There is no network. Nothing is lost: leave this page open, and it goes on by itself as soon as the network is back.';
const NO_ROOM =
  'This tab has no room to remember more images. They go on, but a reload would lose the last of them: copy what you need, or clear the list.';

/** A connection that is back within this, in ms, is no news. */
const NEWS_AFTER_MS = 1_500;

/** How the page stands to the service, and what is amiss, in words. */
export class Connection {
  #state: CloudState = 'closed';
  #lostSince: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #noRoom = false;

  constructor() {
    for (const event of ['online', 'offline']) addEventListener(event, () => this.#draw());
    this.#draw();
  }

  enter(state: CloudState): void {
    this.#state = state;
    this.#draw();
  }

  /** The tab cannot keep what is on it. */
  outOfRoom(): void {
    this.#noRoom = true;
    this.#draw();
  }

  #draw(): void {
    const offline = !navigator.onLine;
    const shown: Shown = offline ? 'offline' : this.#state;
    byId('connection', HTMLParagraphElement).dataset.state = shown;
    byId('connection-text', HTMLSpanElement).textContent = TEXTS[shown];
    const lost = offline || this.#state === 'reconnecting';
    this.#lostSince = lost ? (this.#lostSince ?? Date.now()) : undefined;
    clearTimeout(this.#timer);
    const quietMs = this.#lostSince === undefined ? 0 : this.#lostSince + NEWS_AFTER_MS - Date.now();
    if (lost && quietMs > 0) this.#timer = setTimeout(() => this.#draw(), quietMs);
    this.#tell(lost && quietMs <= 0 ? (offline ? OFFLINE : LOST) : this.#noRoom ? NO_ROOM : '');
  }

  #tell(text: string): void {
    const trouble = byId('trouble', HTMLParagraphElement);
    trouble.hidden = text === '';
    if (trouble.textContent !== text) trouble.textContent = text; // an alert is read out at each change
  }
}
