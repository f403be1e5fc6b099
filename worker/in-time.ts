import { performance } from 'node:perf_hooks';
import { ServiceError } from '../shared/errors.ts';

/** What the steps of a job keep to. */
export interface JobLimits {
  /** ms since the epoch; past it nothing is begun. */
  deadline: number;
  /** Repeats a step that only a failure of ours can stop. */
  persist<T>(step: string, task: () => Promise<T>): Promise<T>;
  /** Waits for something meanwhile of which another job may be worked on in this one's place. */
  aside<T>(wait: () => Promise<T>): Promise<T>;
}

/** The task, unless it would begin past the deadline: then it throws `TIMEOUT`. */
export function inTime<T>(deadline: number, task: () => Promise<T>): () => Promise<T> {
  return () => {
    if (Date.now() >= deadline) throw new ServiceError('TIMEOUT');
    return task();
  };
}

/** What a task gives, and how long it took, in ms. */
export async function timed<T>(task: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  const value = await task();
  return { value, ms: performance.now() - start };
}
