import type { Decision } from './decide-scaling.ts';
import { type FailedBoots, waitLeft } from './failed-boots.ts';
import type { Plan } from './plan.ts';

interface Circumstances {
  failedBoots: FailedBoots | undefined;
  /** Workers of an older launch template. */
  outdated: number;
  now: number;
}

/** The decision's reason, its verdict replaced by what is really done, and followed by what made the difference. */
export function explain(
  decision: Decision,
  plan: Omit<Plan, 'reason'>,
  circumstances: Circumstances,
): string {
  const { failedBoots, outdated, now } = circumstances;
  const more = plan.starts.length + (plan.launch?.count ?? 0);
  const fewer = plan.terminations.length;
  const verdict = [more > 0 && `+${more}`, fewer > 0 && `-${fewer}`].filter(Boolean).join(' ') || 'hold';
  const grounds = decision.reason.slice(decision.reason.indexOf(':') + 1).trim();
  const parts = [
    grounds,
    outdated > 0 && `${outdated} of an older template`,
    plan.starts.length > 0 && `${plan.starts.length} from the warm pool`,
    plan.stops.length > 0 && `${plan.stops.length} into the warm pool`,
    plan.ends.length > 0 && `${plan.ends.length} ended`,
    failedBoots && `${failedBoots.count} boots failed in a row, ${nextTry(failedBoots, now)}`,
  ];
  return `${verdict}: ${parts.filter(Boolean).join(', ')}`;
}

function nextTry(failedBoots: FailedBoots, now: number): string {
  const seconds = Math.ceil(waitLeft(failedBoots, now) / 1000);
  return seconds > 0 ? `next try in ${seconds} s` : 'one machine at a time is tried';
}
