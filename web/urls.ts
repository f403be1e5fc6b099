/** So many images at a time are taken from what is pasted; the rest stays in the field. */
export const MOST_AT_ONCE = 10_000;

/** What was typed or pasted, told apart. */
export interface Pasted {
  readonly urls: readonly string[];
  /** What is no address of a web page or image, as it was written. */
  readonly wrong: readonly string[];
  /** Addresses beyond `MOST_AT_ONCE`. */
  readonly surplus: readonly string[];
}

/** Finds the addresses in a text: one a line, or with blanks between them; `https://` may be left out. */
export function parseUrls(text: string): Pasted {
  const words = text.split(/\s+/).filter(Boolean);
  const found = words.map((word) => ({ word, url: urlOf(word) }));
  const urls = found.flatMap(({ url }) => (url === undefined ? [] : [url]));
  return {
    urls: urls.slice(0, MOST_AT_ONCE),
    wrong: found.flatMap(({ word, url }) => (url === undefined ? [word] : [])),
    surplus: urls.slice(MOST_AT_ONCE),
  };
}

function urlOf(word: string): string | undefined {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(word) ? word : `https://${word}`;
  if (!/^https?:\/\//i.test(whole) || !URL.canParse(whole)) return undefined;
  const { hostname } = new URL(whole);
  // A lone word is no address; `localhost:3000/…` is one, where it is written out.
  return whole === word || /[^.]\.[^.]/.test(hostname) ? whole : undefined;
}
