import * as z from 'zod';
import { AwsError } from '../aws-error.ts';
import type { Reply } from '../http-reply.ts';
import { Parameters } from './parameters.ts';

export const SSM_TARGET = 'AmazonSSM.';
const JSON_HEADERS = { 'content-type': 'application/x-amz-json-1.1' };

const put = z.object({
  Name: z.string(),
  Value: z.string().min(1),
  Type: z.enum(['String']),
  Overwrite: z.boolean().default(false),
});
const named = z.object({ Name: z.string() });
const byPath = z.object({
  Path: z.string(),
  Recursive: z.literal(false).default(false),
  MaxResults: z.number().int().min(1).max(10).default(10),
  NextToken: z.string().optional(),
});

/** The Parameter Store of SSM, as far as plain strings and one level of a path go, over AWS JSON 1.1. */
export class SsmService {
  readonly #parameters = new Parameters();
  readonly #operations = new Map<string, (fields: unknown) => object>([
    ['PutParameter', (fields) => this.#parameters.put(parse(put, fields))],
    ['GetParameter', (fields) => ({ Parameter: this.#parameters.get(parse(named, fields).Name) })],
    ['GetParametersByPath', (fields) => this.#parameters.under(parse(byPath, fields))],
    ['DeleteParameter', (fields) => this.#parameters.delete(parse(named, fields).Name)],
  ]);

  /**
   * Answers one request.
   * @param target the header `x-amz-target`, which names the operation
   */
  handle(target: string, body: Buffer): Reply {
    try {
      const operation = this.#operations.get(target.slice(SSM_TARGET.length));
      if (operation === undefined)
        throw new AwsError('UnknownOperationException', `${target} is not emulated.`);
      return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(operation(parseJson(body))) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code: __type, message } = error;
      return { status: error.status, headers: JSON_HEADERS, body: JSON.stringify({ __type, message }) };
    }
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
}

function parse<T>(schema: z.ZodType<T>, fields: unknown): T {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AwsError('ValidationException', `${issue?.path.join('.')}: ${issue?.message}`);
}
