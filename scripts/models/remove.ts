import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MODEL_REFERENCE } from '../../shared/models.ts';
import { ModelError } from '../../worker/models/model-errors.ts';

/** Removes a model's files from this machine, of all its versions or of one. @returns false where there are none */
export async function removeAtHome(home: string, reference: string): Promise<boolean> {
  const parsed = MODEL_REFERENCE.safeParse(reference);
  if (!parsed.success) throw new ModelError(`${reference} ${parsed.error.issues[0]?.message}.`);
  const folder = join(home, 'models', ...parsed.data.split('@'));
  const isThere = await stat(folder).catch(() => undefined);
  if (isThere === undefined) return false;
  await rm(folder, { recursive: true });
  return true;
}
