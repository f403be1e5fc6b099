import { expect, it } from 'vitest';
import { parseParameters } from './query-parameters.ts';

it('makes lists of numbered parameters, in the order of their numbers', () => {
  const body = 'Filter.2.Name=b&Filter.1.Name=a&Filter.1.Value.10=z&Filter.1.Value.9=y&Plain=%2B+';
  expect(parseParameters(body)).toEqual({
    Filter: [{ Name: 'a', Value: ['y', 'z'] }, { Name: 'b' }],
    Plain: '+ ',
  });
});

it.each(['a=1&a.b=2', 'a.b=2&a=1', 'a=1&a=2', `${'a.'.repeat(20)}a=1`])(
  'refuses what is no tree: %s',
  (body) => {
    expect(() => parseParameters(body)).toThrow(expect.objectContaining({ code: 'MalformedQueryString' }));
  },
);
