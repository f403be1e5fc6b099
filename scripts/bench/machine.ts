import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Where figures were taken. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  node: string;
  platform: string;
  /** Of the last minute, before the bench began. */
  loadAverage: number;
}

export const thisMachine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 1e8) / 10,
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  loadAverage: Math.round((loadavg()[0] ?? 0) * 100) / 100,
});
