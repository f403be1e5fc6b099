const startedAt = performance.now();

/** Says on stderr what is going on, with the seconds since the start: stdout is for the report alone. */
export function tell(text: string): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0).padStart(4);
  process.stderr.write(`${seconds} s  ${text}\n`);
}
