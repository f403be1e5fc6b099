import type { Outcome, Result } from '../node.ts';

/** How an image's outcome is printed; `undefined` prints nothing. */
export interface OutcomeFormat {
  header?: string;
  format(name: string, outcome: Outcome): string;
}

/** For a person; failures in red where colours are wanted. */
export const textFormat = (colours: boolean): OutcomeFormat => ({
  format: (name, outcome) => {
    if (outcome.ok) return textOf(name, outcome.result);
    const text = `${outcome.error.code}: ${outcome.error.message}`;
    return `${name}\n  ${colours ? `\x1b[31m${text}\x1b[39m` : text}`;
  },
});

function textOf(name: string, { labels, model, timings }: Result): string {
  const width = Math.max(0, ...labels.map(({ label }) => label.length));
  const rows = labels.map(
    ({ label, confidence }) => `  ${label.padEnd(width)}  ${(confidence * 100).toFixed(1).padStart(5)} %`,
  );
  const how = `${model.name} ${model.engine} ${model.precision}, ${Math.round(timings.totalMs)} ms`;
  return [`${name}  (${how})`, ...rows].join('\n');
}

/** A JSON object a line: the image's name, and the result or the error as the service sends them. */
export const jsonFormat: OutcomeFormat = {
  format: (image, outcome) => {
    if (outcome.ok) return JSON.stringify({ image, ...outcome.result });
    const { code, message, retryable, retryAfterMs, requestId } = outcome.error;
    return JSON.stringify({
      image,
      type: 'error',
      requestId,
      error: { code, message, retryable, retryAfterMs },
    });
  },
};

/** RFC 4180: a row a label, best first; one row with `error` for an image that failed. */
export const csvFormat: OutcomeFormat = {
  header: 'image,rank,label,index,confidence,error',
  format: (name, outcome) => {
    if (!outcome.ok) return row([name, '', '', '', '', `${outcome.error.code}: ${outcome.error.message}`]);
    const { labels } = outcome.result;
    if (labels.length === 0) return row([name, '', '', '', '', '']);
    return labels
      .map(({ label, index, confidence }, rank) => row([name, rank + 1, label, index, confidence, '']))
      .join('\n');
  },
};

const row = (fields: readonly (string | number)[]) =>
  fields
    .map(String)
    .map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
