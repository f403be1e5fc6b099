import { acceptedAt } from '../../shared/request-id.ts';
import type { StoredOutcome } from '../../shared/results.ts';
import { tell } from '../bench/progress.ts';
import { percentile } from '../bench/statistics.ts';
import { audit } from './audit.ts';
import { resumeAll, storedIn, workLeft } from './evidence.ts';
import { add, type Ledger, sumOf } from './ledger.ts';
import type { Outage } from './outages.ts';
import type { ChaosReport } from './report.ts';
import type { Trial } from './trial.ts';

type Findings = Omit<ChaosReport, 'jobs' | 'seed' | 'engine' | 'seconds'>;

/**
 * When nothing fails any more: waits for what is left to do, resumes every id, and audits all of it.
 * @param loadMs how long things failed
 */
export async function inquire(trial: Trial, loadMs: number): Promise<Findings> {
  const { ledger, journal, workers, network, images, world, sqs, s3, stage, outages } = trial;
  tell('no more faults; waiting for what is left');
  const left = await workLeft(sqs);
  tell('comparing what was asked with what was stored and told');
  const resumed = await resumeAll(world, [...new Set([...journal.accepted, ...ledger.queued])]);
  const stored = await storedIn(s3, stage.bucket);
  const { queued, puts, receives, buried } = ledger;
  const { accepted, told, missed, strange } = journal;
  const { requestTimeoutSeconds } = world;
  const evidence = { queued, puts, receives, buried, accepted, told, missed, stored, resumed };
  const calls = sumOf(ledger.calls);
  const faults = sumOf(ledger.faults);
  return {
    accepted: accepted.size,
    queued: queued.size,
    stored: stored.size,
    outcomes: countsOf(stored),
    storedAfter: storedAfter(ledger),
    cloud: {
      calls,
      faults,
      faultShare: faults / calls,
      byKind: Object.fromEntries(ledger.faults),
      deliveries: Object.fromEntries(ledger.tricks),
      outages: namesOf(outages.until(loadMs)),
    },
    workers: workers.counts,
    network: { 'connections broken': network.broken, 'downloads failed': images.failures },
    clients: Object.fromEntries(journal.events),
    violations: [
      ...left,
      ...ledger.outOfOrder,
      ...audit({ ...evidence, requestTimeoutSeconds }),
      ...strange.map((text) => `a client was sent ${text}`),
    ],
  };
}

function namesOf(outages: readonly Outage[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { name } of outages) add(counts, name);
  return Object.fromEntries(counts);
}

function countsOf(stored: ReadonlyMap<string, StoredOutcome>): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome } of stored.values())
    add(counts, outcome.type === 'error' ? outcome.error.code : 'result');
  return Object.fromEntries(counts);
}

function storedAfter({ stored }: Ledger): ChaosReport['storedAfter'] {
  const seconds = [...stored].map(([id, at]) => (at - (acceptedAt(id) ?? at)) / 1000);
  const sorted = seconds.toSorted((a, b) => a - b);
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), max: percentile(sorted, 1) };
}
