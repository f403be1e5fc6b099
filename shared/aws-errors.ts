import * as z from 'zod';

const sdkError = z.object({
  name: z.string(),
  $metadata: z.object({ httpStatusCode: z.number().optional(), attempts: z.number().optional() }),
});

/** The HTTP status of an AWS SDK error; `undefined` where it is none, or none came back. */
export function httpStatusOf(error: unknown): number | undefined {
  const parsed = sdkError.safeParse(error);
  return parsed.success ? parsed.data.$metadata.httpStatusCode : undefined;
}

const THROTTLES = /^(RequestLimitExceeded|Throttling|ThrottlingException|TooManyRequestsException)$/;
/** EC2 and others: too many calls. Nothing was done; the only remedy is fewer calls. */
export const isThrottled = (error: unknown): boolean => {
  if (error instanceof ThrottledError) return true;
  const parsed = sdkError.safeParse(error);
  return parsed.success && THROTTLES.test(parsed.data.name);
};
/** The same, where it is told as the code of a part of an answer. */
export const isThrottle = (code = ''): boolean => THROTTLES.test(code);

/** A call was answered, but everything that it asked for was refused as too much. */
export class ThrottledError extends Error {
  override readonly name = 'ThrottledError';
}

/** How often the SDK tried before it gave up with this error. */
export function attemptsOf(error: unknown): number {
  const parsed = sdkError.safeParse(error);
  return (parsed.success ? parsed.data.$metadata.attempts : undefined) ?? 1;
}

/** S3: the object is not there. Without `s3:ListBucket` a missing key would be a 403; our roles have it. */
export const isMissing = (error: unknown): boolean => httpStatusOf(error) === 404;
/** S3: a read's `If-None-Match` names the version that the object has. */
export const isNotModified = (error: unknown): boolean => httpStatusOf(error) === 304;
/** S3: `If-None-Match` or `If-Match` did not hold. */
export const isPreconditionFailed = (error: unknown): boolean => httpStatusOf(error) === 412;
/** S3: another conditional write was under way; nothing was written, put again. */
export const isConditionalConflict = (error: unknown): boolean => httpStatusOf(error) === 409;
/** API Gateway: the connection is gone. Told by the status, since not every endpoint names the error. */
export const isGone = (error: unknown): boolean => httpStatusOf(error) === 410;
