/** 0 to 1 as `58.2 %`. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Milliseconds as people say them: `87 ms`, `1.4 s`, `2 min`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 99_500) return `${Math.round(ms / 1000)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** 1234 as `1,234`. */
export const count = (value: number): string => value.toLocaleString('en');

/** `1 image`, `2 images`. */
export const images = (value: number): string => `${count(value)} image${value === 1 ? '' : 's'}`;
