import { type TerminateMessage, terminateMessage } from '../shared/jobs.ts';
import { parseJson, type ReceivedMessage } from './received-message.ts';

/**
 * What a worker does with a terminate message:
 * - `drop`: it is too old to say anything about now, or unreadable;
 * - `hand-back`: it means workers of an older launch template;
 * - `go`.
 */
export type TerminateVerdict =
  | { kind: 'drop' }
  | { kind: 'hand-back' }
  | { kind: 'go'; message: TerminateMessage };

export interface TerminateSituation {
  /** ms since the epoch */
  now: number;
  /** Age up to which a message counts, in ms. */
  freshMs: number;
  /** Of this worker; one that does not know its version is from before versions mattered. */
  ownVersion: number | undefined;
}

export function verdictOn(
  received: ReceivedMessage,
  { now, freshMs, ownVersion }: TerminateSituation,
): TerminateVerdict {
  const parsed = terminateMessage.safeParse(parseJson(received.body));
  if (!parsed.success || now - received.sentAt > freshMs) return { kind: 'drop' };
  const { launchTemplateVersion: replaced } = parsed.data;
  const spared = replaced !== undefined && ownVersion !== undefined && ownVersion >= replaced;
  return spared ? { kind: 'hand-back' } : { kind: 'go', message: parsed.data };
}
