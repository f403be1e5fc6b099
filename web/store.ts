import type { Item, Stage } from './item.ts';

// Kept by the tab, and gone with it: two tabs do not meddle with one another, and nobody else finds what was asked.
const PREFIX = 'image:';
const KEY = 'key';

/** An item as it is written down: without what can be asked for again, or cannot be written. */
type Kept = Omit<Item, 'key' | 'stage'> & { readonly stage?: Stage };

/** Writes an item down, so that it survives a reload. @returns false where the tab has no room for it */
export function keep(item: Item): boolean {
  const { key, stage, ...rest } = item;
  const source = item.source.kind === 'file' ? { ...item.source, file: undefined } : item.source;
  const ended = stage.kind === 'done' || stage.kind === 'failed';
  const kept: Kept = { ...rest, source, ...(ended && { stage }) };
  // Where there is no room for the labels, the service still has them, for a day.
  const known: Kept = { batch: item.batch, source, options: item.options, requestId: item.requestId };
  return write(PREFIX + key, JSON.stringify(kept)) || write(PREFIX + key, JSON.stringify(known));
}

function write(name: string, text: string): boolean {
  try {
    sessionStorage.setItem(name, text);
    return true;
  } catch {
    return false; // full, or switched off
  }
}

export const forget = (item: Item): void => sessionStorage.removeItem(PREFIX + item.key);

/** What the tab knew before it was loaded anew, in the order in which it came. */
export function recall(): Item[] {
  return Object.keys(sessionStorage)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => ({ name, key: Number(name.slice(PREFIX.length)) }))
    .sort((a, b) => a.key - b.key)
    .flatMap(({ name, key }) => {
      const kept = parse(sessionStorage.getItem(name));
      return kept ? [{ ...kept, key, stage: kept.stage ?? stageOf(kept) }] : [];
    });
}

/** Where it goes on: what the service knows is asked for, what it does not is sent, what was lost is said to be. */
function stageOf({ requestId, source }: Kept): Stage {
  if (requestId !== undefined) return { kind: 'queued', position: null, etaMs: null, at: Date.now() };
  if (source.kind === 'url') return { kind: 'waiting' };
  return { kind: 'failed', failure: { code: 'FILE_LOST', message: '' } };
}

/** Only this page writes here, so what is JSON is an item; what is not was cut off or put there by hand. */
function parse(text: string | null): Kept | undefined {
  try {
    const kept: Kept = JSON.parse(text ?? '');
    return kept.source && kept.options ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** The API key: in this tab alone, until it is closed. */
export const storedKey = (): string | undefined => sessionStorage.getItem(KEY) ?? undefined;
export const storeKey = (key: string): boolean => write(KEY, key);
export const forgetKey = (): void => sessionStorage.removeItem(KEY);
