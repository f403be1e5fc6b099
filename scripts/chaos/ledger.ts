import type { Call } from './call.ts';

/** A put of an outcome to `results/`, as the bucket answered it. */
export interface ResultPut {
  status: number;
  /** Whether it asked to be refused where another is there than it knows of. */
  conditional: boolean;
  body: string;
  /** ms since the epoch */
  at: number;
}

/** What passed between the programs and the cloud. All by request id. */
export class Ledger {
  /** Taken by the request queue. */
  readonly queued = new Set<string>();
  readonly puts = new Map<string, ResultPut[]>();
  /** When its outcome was stored, in ms since the epoch. */
  readonly stored = new Map<string, number>();
  /** How often it was handed out, by SQS's own count: the highest that a receiver was told. */
  readonly receives = new Map<string, number>();
  /** Its response was taken by the response queue. */
  readonly responded = new Set<string>();
  /** What was done before that which it has to wait for, so that a crash in between would lose something. */
  readonly outOfOrder: string[] = [];
  /** Of the request queue, by receipt handle: the request. */
  readonly receipts = new Map<string, string>();
  /** Sent to the dead letters by a worker. */
  readonly buried = new Set<string>();
  readonly calls = new Map<string, number>();
  readonly faults = new Map<string, number>();
  readonly tricks = new Map<string, number>();

  put(requestId: string, put: ResultPut): void {
    this.puts.set(requestId, [...(this.puts.get(requestId) ?? []), put]);
    if (put.status === 200 && !this.stored.has(requestId)) this.stored.set(requestId, put.at);
  }

  received(requestId: string, receiptHandle: string, count: number): void {
    this.receipts.set(receiptHandle, requestId);
    this.receives.set(requestId, Math.max(count, this.receives.get(requestId) ?? 0));
  }

  respond(requestId: string): void {
    if (!this.stored.has(requestId))
      this.outOfOrder.push(`${requestId} was sent before its outcome was stored`);
    this.responded.add(requestId);
  }

  delete(receiptHandle: string): void {
    const id = this.receipts.get(receiptHandle);
    if (id === undefined) return;
    if (!this.stored.has(id)) this.outOfOrder.push(`${id} was deleted before its outcome was stored`);
    if (!this.responded.has(id)) this.outOfOrder.push(`${id} was deleted before its response was sent`);
  }

  call({ service }: Call): void {
    add(this.calls, service);
  }

  fault(kind: string): void {
    add(this.faults, kind);
  }

  trick(kind: string): void {
    add(this.tricks, kind);
  }
}

export const add = (counts: Map<string, number>, name: string, by = 1): void =>
  void counts.set(name, (counts.get(name) ?? 0) + by);

export const sumOf = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);
