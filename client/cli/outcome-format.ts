import type { Label, Outcome, Result } from '../node.ts';

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

function textOf(name: string, result: Result): string {
  const { labels, model, timings } = result;
  const how = `${model.name} ${model.engine} ${model.precision}, ${Math.round(timings.totalMs)} ms`;
  return [`${name}  (${how})`, ...shares(labels.map(inWords)), ...moreIn(result)].join('\n');
}

const inWords = ({ label, confidence, category, parents }: Label): Share => ({
  ...{ name: label, share: confidence },
  note: category && `${category}: ${parents?.join(' < ')}`,
});

/** What was asked for beyond the labels, each under its name. */
function moreIn({ moderation, colors, image }: Result): string[] {
  const more: string[] = [];
  if (moderation) {
    const seen = moderation.labels.map(({ label, confidence }) => ({ name: label, share: confidence }));
    more.push(`  moderation (${moderation.model.name})`, ...shares(seen, '    '));
  }
  if (colors)
    more.push(
      '  colours',
      ...shares(
        colors.map((one) => ({ ...one, note: one.color })),
        '    ',
      ),
    );
  if (image) {
    const { width, height, format, bytes } = image;
    more.push(`  image  ${width}×${height} ${format}, ${Math.round(bytes / 1000)} kB`);
  }
  return more;
}

interface Share {
  name: string;
  /** 0 to 1. */
  share: number;
  note?: string | undefined;
}

function shares(rows: readonly Share[], indent = '  '): string[] {
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  return rows.map(({ name, share, note }) => {
    const percent = `${(share * 100).toFixed(1).padStart(5)} %`;
    return `${indent}${name.padEnd(width)}  ${percent}${note ? `  ${note}` : ''}`;
  });
}

/**
 * A JSON object a line: the image's name, and the result or the error as the service sends them. What the result tells of
 * the image, under a name that is taken here, is `imageFacts`.
 */
export const jsonFormat: OutcomeFormat = {
  format: (image, outcome) => {
    if (outcome.ok) {
      const { image: imageFacts, ...result } = outcome.result;
      return JSON.stringify({ image, ...result, imageFacts });
    }
    const { code, message, retryable, retryAfterMs, requestId } = outcome.error;
    return JSON.stringify({
      image,
      type: 'error',
      requestId,
      error: { code, message, retryable, retryAfterMs },
    });
  },
};
