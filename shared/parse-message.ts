import * as z from 'zod';
import { ServiceError } from './errors.ts';

/**
 * Parses a client's message, or says which field is wrong.
 * @throws ServiceError `INVALID_MESSAGE`, naming the first wrong field
 */
export function parseFields<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.');
  throw new ServiceError('INVALID_MESSAGE', field ? `${field}: ${issue?.message}` : issue?.message);
}

const jsonObject = z.record(z.string(), z.unknown());

/**
 * The JSON object in a client's message.
 * @throws ServiceError `INVALID_MESSAGE`
 */
export function parseJsonObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ServiceError('INVALID_MESSAGE', 'The message is not JSON.');
  }
  const parsed = jsonObject.safeParse(value);
  if (!parsed.success) throw new ServiceError('INVALID_MESSAGE', 'The message is not a JSON object.');
  return parsed.data;
}

const identityFields = z.object({
  requestId: z.string().max(128).optional().catch(undefined),
  clientRef: z.string().max(128).optional().catch(undefined),
});

/** What a message that is refused as a whole says of itself, so that its refusal can be told from another's. */
export function identityIn(text: string): z.infer<typeof identityFields> {
  try {
    return identityFields.parse(parseJsonObject(text));
  } catch {
    return {};
  }
}
