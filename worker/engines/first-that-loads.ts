import { type Engine, EngineError } from './engine.ts';

interface Choice<E> {
  readonly engine: E;
  /** Why those named before it were not taken, one each. */
  readonly reasons: readonly string[];
}

/**
 * Loads the first engine that can be loaded.
 *
 * @param names In the order of preference.
 * @param make Makes one, not yet loaded. Only an `EngineError` of it, or of loading, leads on to the next: missing
 *   weights, for one, are missing for all.
 * @throws {EngineError} None loads; the message has the reason of each.
 */
export async function firstThatLoads<N extends string, E extends Pick<Engine, 'load'>>(
  names: readonly N[],
  make: (name: N) => Promise<E>,
): Promise<Choice<E>> {
  const reasons: string[] = [];
  for (const name of names) {
    try {
      const engine = await make(name);
      await engine.load();
      return { engine, reasons };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      reasons.push(`${name}: ${error.message}`);
    }
  }
  throw new EngineError(`no engine loads: ${reasons.join('; ')}`);
}
