import { isDeepStrictEqual } from 'node:util';
import type { OutcomeMessage } from '../../shared/protocol.ts';
import { deadlineOf } from '../../shared/request-id.ts';
import type { StoredOutcome } from '../../shared/results.ts';
import type { Told } from './clients/journal.ts';
import type { ResultPut } from './ledger.ts';

/** All that is known at the end of a run. Maps are by request id. */
export interface Evidence {
  requestTimeoutSeconds: number;
  /** Told `accepted`. */
  accepted: ReadonlySet<string>;
  /** Taken by the request queue. */
  queued: ReadonlySet<string>;
  puts: ReadonlyMap<string, readonly ResultPut[]>;
  receives: ReadonlyMap<string, number>;
  buried: ReadonlySet<string>;
  /** What lies in the bucket. */
  stored: ReadonlyMap<string, StoredOutcome>;
  /** What clients were told during the run. */
  told: ReadonlyMap<string, readonly Told[]>;
  /** What a `resume` of each id said after the run. */
  resumed: ReadonlyMap<string, OutcomeMessage>;
  missed: readonly { requestId: string; client: string }[];
}

/** What broke a promise: one line each, none where all held. */
export function audit(evidence: Evidence): string[] {
  const { accepted, queued, stored, missed } = evidence;
  const asked = new Set([...accepted, ...queued]);
  return [
    ...[...accepted].filter((id) => !queued.has(id)).map((id) => `${id} was accepted and never queued`),
    ...[...stored.keys()]
      .filter((id) => !asked.has(id))
      .map((id) => `${id} is stored, and nobody asked for it`),
    ...[...asked].flatMap((id) => auditOne(id, evidence)),
    ...missed.map(({ requestId, client }) => `${requestId} was never told to a client that ${client}`),
  ];
}

function auditOne(id: string, evidence: Evidence): string[] {
  const stored = evidence.stored.get(id);
  if (!stored) return [`${id} was lost: nothing is stored`];
  const { outcome } = stored;
  const told = evidence.told.get(id) ?? [];
  const resumed = evidence.resumed.get(id);
  return [
    ...auditPuts(id, evidence.puts.get(id) ?? [], stored),
    ...told.filter((one) => !isTold(outcome, one)).map((one) => `${id} was told otherwise: ${inShort(one)}`),
    ...(resumed === undefined
      ? [`${id} was not answered when it was resumed`]
      : isTold(outcome, resumed)
        ? []
        : [`${id} was resumed otherwise: ${inShort(resumed)}`]),
    ...auditError(id, outcome, evidence),
  ];
}

/** One was stored, it is the one that lies there, and none could have been written over it. */
function auditPuts(id: string, puts: readonly ResultPut[], stored: StoredOutcome): string[] {
  const done = puts.filter(({ status }) => status === 200);
  return [
    ...(done.length === 1 ? [] : [`${id} was stored ${done.length} times`]),
    ...(puts.every(({ conditional }) => conditional) ? [] : [`${id} was put without a condition`]),
    ...(done[0] && !isDeepStrictEqual(JSON.parse(done[0].body), stored) ? [`${id} was overwritten`] : []),
  ];
}

/** An error of ours has its reason: four receives for INTERNAL, the deadline for TIMEOUT. */
function auditError(id: string, outcome: OutcomeMessage, evidence: Evidence): string[] {
  if (outcome.type !== 'error') return [];
  const storedAt = evidence.puts.get(id)?.find(({ status }) => status === 200)?.at ?? 0;
  switch (outcome.error.code) {
    case 'INTERNAL':
      return [
        ...((evidence.receives.get(id) ?? 0) >= 4
          ? []
          : [`${id} is INTERNAL, and was not received four times`]),
        ...(evidence.buried.has(id) ? [] : [`${id} is INTERNAL, and is not among the dead letters`]),
      ];
    case 'TIMEOUT':
      return storedAt >= deadlineOf(id, evidence.requestTimeoutSeconds)
        ? []
        : [`${id} is TIMEOUT before its deadline`];
    case 'DOWNLOAD_FAILED':
      return [];
    default:
      return [`${id} is ${outcome.error.code}`];
  }
}

/** Whether a client was told what is stored, whatever reference it gave. */
function isTold(stored: OutcomeMessage, told: Told): boolean {
  if (told.type === 'problem') return stored.type === 'error' && stored.error.code === told.code;
  return isDeepStrictEqual(withoutReference(stored), withoutReference(told));
}

function withoutReference({ clientRef: _, imageUrl: __, ...outcome }: OutcomeMessage): object {
  return JSON.parse(JSON.stringify(outcome));
}

const inShort = (value: unknown) => JSON.stringify(value).slice(0, 200);
