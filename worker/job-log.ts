import type { JobMessage } from '../shared/jobs.ts';
import { log } from '../shared/log.ts';
import type { OutcomeMessage } from '../shared/protocol.ts';
import { JobMetrics } from './job-metrics.ts';
import { keyOf } from './model-loads.ts';
import type { Plan } from './plan.ts';
import type { ReceivedMessage } from './received-message.ts';

/** What jobs leave in the log: a line each, and their metrics together. */
export class JobLog {
  readonly #metrics = new JobMetrics();

  done(
    plan: Plan,
    { requestId, tenant }: JobMessage,
    { receiveCount, messageId }: ReceivedMessage,
    outcome: OutcomeMessage,
  ): void {
    this.#metrics.answered(outcome, plan.kind !== 'answer' && plan.bury);
    const again = receiveCount > 1 && { receiveCount, messageId };
    if (outcome.type === 'error') {
      const { code, message } = outcome.error;
      log.info('job', { requestId, tenant, plan: plan.kind, code, message, ...again });
      return;
    }
    const [top] = outcome.labels;
    log.info('job', {
      requestId,
      tenant,
      plan: plan.kind,
      model: keyOf(outcome.model),
      label: top?.label,
      confidence: top?.confidence,
      ...outcome.timings,
      ...(outcome.cached && { cached: true }),
      ...again,
    });
  }

  /** Writes the metrics that are left. */
  close(): void {
    this.#metrics.close();
  }
}
