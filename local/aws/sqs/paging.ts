import { SqsError } from './errors.ts';

/** One page of a list whose token is the last item shown; without `maximum` all is shown, up to 1,000. */
export function page(
  items: readonly string[],
  maximum: number | undefined,
  token: string | undefined,
): { shown: string[]; NextToken?: string } {
  const start = token === undefined ? 0 : items.indexOf(Buffer.from(token, 'base64').toString()) + 1;
  if (token !== undefined && start === 0)
    throw new SqsError('InvalidParameterValue', 'Invalid NextToken value.');
  const end = start + (maximum ?? 1_000);
  const shown = items.slice(start, end);
  const last = shown.at(-1);
  const more = maximum !== undefined && end < items.length && last !== undefined;
  return more ? { shown, NextToken: Buffer.from(last).toString('base64') } : { shown };
}
