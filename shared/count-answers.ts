import type { MetricName, Metrics } from './emf.ts';
import type { ServerMessage } from './protocol.ts';

/**
 * What was told to those who ask, as metrics. A result is not among them: here it is that of a request which was counted
 * when a worker answered it.
 */
export function countAnswers(answers: readonly ServerMessage[]): Metrics {
  const counts: Partial<Record<MetricName, number>> = {};
  const count = (name: MetricName) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  for (const answer of answers) {
    if (answer.type === 'accepted') count('Accepted');
    if (answer.type !== 'error') continue;
    count('Answered');
    count(`Errors_${answer.error.code}`);
  }
  return counts;
}

/** What of the answers stands in the log: how each request went on, and nothing of what it is about. */
export const traceOf = (answers: readonly ServerMessage[]) =>
  answers.map((answer) => ({
    type: answer.type,
    ...('requestId' in answer && { requestId: answer.requestId }),
    ...(answer.type === 'error' && { code: answer.error.code }),
  }));
