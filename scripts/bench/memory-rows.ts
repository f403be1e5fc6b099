import { type ProcessInfo, roleOf } from './processes.ts';
import type { Row } from './report.ts';

/** A row for each process of the service, and one for the process that puts the load on it. */
export function memoryRows(processes: readonly ProcessInfo[]): Row[] {
  const own = { name: 'memory: load generator', rssMb: process.memoryUsage.rss() / 1e6 };
  return [
    ...processes.map((one) => ({ name: `memory: ${roleOf(one)}`, rssMb: one.rssMb })).filter(isOfService),
    own,
  ];
}

/** Of the service's processes together; nothing where they are not known. */
export function totalRssMb(processes: readonly ProcessInfo[]): { rssMb?: number } {
  if (processes.length === 0) return {};
  return { rssMb: processes.reduce((sum, { rssMb }) => sum + rssMb, 0) };
}

const isOfService = ({ name }: Row) => name !== 'memory: other';
