import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TraceError, traceIn } from '../../scripts/simulate/read-trace.ts';
import { mutateBytes } from './mutate.ts';

/** As in parsers.test.ts. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 9_000);

it('a trace is read in order, or refused with the line that is wrong', async () => {
  const files = ['0\n10\n\n25.5\n7\n', '1700000000000\n1700000000500\r\n1700000000250', '1e3\n0x10\n'];
  const examples = files.map((text) => Buffer.from(text));
  const property = fc.asyncProperty(fc.constantFrom(...examples), fc.integer(), async (example, seed) => {
    const lines = mutateBytes(example, seed).toString().split(/\r?\n/);
    try {
      const { arrivals, durationMs } = await traceIn(lines, 'trace.txt');
      expect(arrivals.length).toBeGreaterThan(0);
      expect(arrivals.every((at, i) => at >= (arrivals[i - 1] ?? 0) && at <= durationMs)).toBe(true);
    } catch (error) {
      expect(error).toBeInstanceOf(TraceError);
    }
  });
  await fc.assert(property, { numRuns: RUNS });
});
