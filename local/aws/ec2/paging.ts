import { Ec2Error, invalidValue } from './errors.ts';

/** A page of a list; `nextToken` when more follow. */
export interface Page<T> {
  readonly items: T[];
  readonly nextToken: string | undefined;
}

const LARGEST_PAGE = 1_000;

/**
 * Cuts one page out of a list in the order of `sequence`; a token names the last item shown,
 * so that items added or gone in between neither repeat nor hide others.
 * @param smallest the least that this operation accepts as a page size
 * @throws Ec2Error `InvalidParameterValue` or `InvalidNextToken`
 */
export function pageOf<T extends { readonly sequence: number }>(
  all: readonly T[],
  request: { MaxResults?: number | undefined; NextToken?: string | undefined },
  smallest: number,
): Page<T> {
  const { MaxResults, NextToken } = request;
  if (MaxResults !== undefined && (MaxResults < smallest || MaxResults > LARGEST_PAGE)) {
    throw invalidValue(
      `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value from ${smallest} to ${LARGEST_PAGE}.`,
    );
  }
  const after = NextToken === undefined ? -1 : Number(Buffer.from(NextToken, 'base64').toString() || 'none');
  if (Number.isNaN(after)) throw new Ec2Error('InvalidNextToken', 'The specified NextToken is not valid.');
  const rest = all.filter((item) => item.sequence > after);
  const items = rest.slice(0, MaxResults ?? rest.length);
  const last = items.at(-1);
  const more = items.length < rest.length && last !== undefined;
  return { items, nextToken: more ? Buffer.from(String(last.sequence)).toString('base64') : undefined };
}
