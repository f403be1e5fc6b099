import type { ModelProgress } from '../worker/models/progress.ts';

const WORDS: Record<ModelProgress['stage'], string> = {
  fetching: 'fetching the weights (once)',
  verifying: 'verifying the weights',
  converting: 'converting the weights',
};
let shown = { stage: '', second: -1 };

/** One line that counts on a terminal; elsewhere a line for each stage and every five seconds. */
export function showProgress({ stage, elapsedMs, bytes, totalBytes }: ModelProgress): void {
  const second = Math.floor(elapsedMs / 1000);
  const terminal = process.stderr.isTTY;
  if (!terminal && stage === shown.stage && second < shown.second + 5) return;
  shown = { stage, second };
  const megabytes = (n: number) => (n / 1e6).toFixed(1);
  const size =
    totalBytes === undefined
      ? ''
      : `, ${bytes === undefined ? '' : `${megabytes(bytes)} of `}${megabytes(totalBytes)} MB`;
  const line = `${WORDS[stage]}${size} … ${second} s`;
  process.stderr.write(terminal ? `\r\x1b[K${line}` : `${line}\n`);
}
