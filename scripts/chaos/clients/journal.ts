import type { OutcomeMessage } from '../../../shared/protocol.ts';
import { add } from '../ledger.ts';

/** What a client was told of a request's end; over HTTP an error is told by its code alone. */
export type Told = OutcomeMessage | { type: 'problem'; requestId: string; code: string };

/** What all clients were told, and what became of them. */
export class Journal {
  readonly accepted = new Set<string>();
  readonly told = new Map<string, Told[]>();
  /** Who asked for a request, kept on reading, and was not told its end. */
  readonly missed: { requestId: string; client: string }[] = [];
  /** Messages that no contract knows. */
  readonly strange: string[] = [];
  /** What happened to clients, and how often. */
  readonly events = new Map<string, number>();

  tell(requestId: string, told: Told): void {
    this.told.set(requestId, [...(this.told.get(requestId) ?? []), told]);
  }

  count(event: string, by = 1): void {
    add(this.events, event, by);
  }
}
