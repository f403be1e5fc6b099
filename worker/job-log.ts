import { log } from '../shared/log.ts';
import type { OutcomeMessage } from '../shared/protocol.ts';
import type { Plan } from './plan.ts';
import type { ReceivedMessage } from './received-message.ts';

/** Writes the one line that a job leaves in the log. */
export function logDone(plan: Plan, { receiveCount }: ReceivedMessage, outcome: OutcomeMessage): void {
  const { requestId } = outcome;
  const again = receiveCount > 1 && { receiveCount };
  if (outcome.type === 'error') {
    const { code, message } = outcome.error;
    log.info('job', { requestId, plan: plan.kind, code, message, ...again });
    return;
  }
  const [top] = outcome.labels;
  log.info('job', {
    requestId,
    plan: plan.kind,
    label: top?.label,
    confidence: top?.confidence,
    ...outcome.timings,
    ...again,
  });
}
