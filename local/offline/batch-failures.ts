import * as z from 'zod';

const answered = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/**
 * The messages of a batch that a function reports as failed. As Lambda has it, an empty answer means that none did,
 * and one that makes no sense, or names a message that was not in the batch, that all did.
 */
export function failedIn(answer: unknown, messageIds: readonly string[]): ReadonlySet<string> {
  const parsed = answered.safeParse(answer);
  if (!parsed.success) return new Set(messageIds);
  const failed = new Set(parsed.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier));
  const known = [...failed].every((id) => messageIds.includes(id));
  return known ? failed : new Set(messageIds);
}
