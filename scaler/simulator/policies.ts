import type { Assumptions, Trace } from './assumptions.ts';
import type { Controller } from './controller.ts';
import { fixed } from './policies/fixed.ts';
import { keda } from './policies/keda.ts';
import { ORACLE_SHARES, oracle } from './policies/oracle.ts';
import { paper } from './policies/paper.ts';
import { reflex } from './policies/reflex.ts';
import { targetTracking } from './policies/target-tracking.ts';
import { ticking } from './policies/ticking.ts';
import { type Simulation, simulate } from './simulate.ts';

/** Every policy, the two bounds last. Those of production run with production's own tick. */
export const POLICIES = [
  'backlog',
  'classifycloud',
  'paper',
  'keda',
  'target-tracking',
  'fixed',
  'reflex',
  'oracle',
] as const;
export type PolicyName = (typeof POLICIES)[number];

const CONTROLLERS: Record<Exclude<PolicyName, 'oracle'>, Controller> = {
  backlog: ticking('backlog'),
  classifycloud: ticking('classifycloud'),
  paper,
  keda,
  'target-tracking': targetTracking,
  fixed,
  reflex,
};

/** Simulates a policy by its name. */
export function simulatePolicy(
  name: PolicyName,
  trace: Trace,
  assumptions: Assumptions,
): Promise<Simulation> {
  return name === 'oracle' ? bestOracle(trace, assumptions) : simulate(CONTROLLERS[name], trace, assumptions);
}

async function bestOracle(trace: Trace, assumptions: Assumptions): Promise<Simulation> {
  let best: Simulation | undefined;
  for (const share of ORACLE_SHARES) {
    const plan = oracle(trace, assumptions, assumptions.sloSeconds * share);
    const tried = await simulate(plan, trace, assumptions);
    if (!best || tried.figures.sloPercent > best.figures.sloPercent) best = tried;
    if (best.figures.sloPercent === 100) break;
  }
  if (!best) throw new Error('no plan was tried');
  return best;
}
