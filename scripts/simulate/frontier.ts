import type { Assumptions, Trace } from '../../scaler/simulator/assumptions.ts';
import type { Figures } from '../../scaler/simulator/figures.ts';
import { simulatePolicy } from '../../scaler/simulator/policies.ts';
import { textTable } from './table.ts';

const TARGET_WAITS = [2, 5, 10];
const WINDOWS = [0, 60, 120, 300, 600, 1200];

/** A setting of the policy `backlog`, and what came of it. */
export interface FrontierPoint {
  targetWaitSeconds: number;
  stabilisationSeconds: number;
  figures: Figures;
}

/** The settings of `backlog`, over a trace: what in-time answers cost. */
export async function frontierOf(trace: Trace, assumptions: Assumptions): Promise<FrontierPoint[]> {
  const points: FrontierPoint[] = [];
  for (const targetWaitSeconds of TARGET_WAITS)
    for (const stabilisationSeconds of WINDOWS) {
      const settings = { targetWaitSeconds, stabilisationSeconds };
      const { figures } = await simulatePolicy('backlog', trace, { ...assumptions, ...settings });
      points.push({ ...settings, figures });
    }
  return points;
}

export const frontierTable = (points: readonly FrontierPoint[]): string =>
  textTable(
    ['target wait s', 'stabilisation s', 'in time %', 'machine s', 'reversals/10 min'],
    points.map(({ targetWaitSeconds, stabilisationSeconds, figures }) => [
      String(targetWaitSeconds),
      String(stabilisationSeconds),
      figures.sloPercent.toFixed(2),
      String(figures.instanceSeconds),
      figures.reversalsPer10Min.toFixed(2),
    ]),
  );
