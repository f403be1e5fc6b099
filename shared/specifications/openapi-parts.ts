import { ERRORS, type ErrorCode, ServiceError } from '../errors.ts';
import { problem } from '../http.ts';
import * as examples from './examples.ts';
import { refTo, type Schema } from './schemas.ts';

// What the calls of the OpenAPI document are put together from.

const text = (value: string) => ({ description: value, required: true, schema: { type: 'string' } });
export const location = text('Where to go on, relative to this call and without a leading slash.');
export const retryAfter = { description: 'In how many seconds.', schema: { type: 'integer', minimum: 1 } };

export const json = (schema: string, example: unknown) => ({
  'application/json': { schema: refTo(schema), example },
});
export const parameter = (name: string, where: 'query' | 'path', schema: Schema, more: object = {}) => ({
  ...{ name, in: where, schema },
  ...more,
});

/** The answers that tell errors: of ours by the codes of the table, and those of API Gateway in its own words. */
export function errors(codes: readonly ErrorCode[], ofGateway: readonly number[] = [403, 429, 500, 503]) {
  const statuses = new Set([...codes.map((code) => ERRORS[code].status), ...ofGateway]);
  return Object.fromEntries(
    [...statuses].sort().map((status) => {
      const ours = codes.filter((code) => ERRORS[code].status === status);
      const words = ours.map((code) => `\`${code}\`: ${ERRORS[code].message}`);
      if (ofGateway.includes(status)) words.push(GATEWAY[status] ?? '');
      const content = {
        ...(ours.length > 0 && { 'application/problem+json': problems(ours) }),
        ...(ofGateway.includes(status) && json('GatewayRefusal', examples.GATEWAY_REFUSAL)),
      };
      const headers = status === 503 ? { headers: { 'Retry-After': retryAfter } } : {};
      return [String(status), { description: words.join(' '), ...headers, content }];
    }),
  );
}
const GATEWAY: Readonly<Record<number, string>> = {
  403: 'Or API Gateway refuses a call without a key that holds.',
  429: 'API Gateway refuses what is over the limits of the stage.',
  500: 'Or API Gateway failed.',
  503: 'Or API Gateway could not reach the function.',
};
const problems = (codes: readonly ErrorCode[]) => ({
  schema: refTo('Problem'),
  examples: Object.fromEntries(codes.map((code) => [code, { value: problemExample(code) }])),
});
const problemExample = (code: ErrorCode): unknown =>
  JSON.parse(problem(new ServiceError(code).toBody()).body);
