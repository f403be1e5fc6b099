import { log } from '../shared/log.ts';
import type { HeldModel } from './held-model.ts';

/** A model is larger than all models may be together. */
export class ModelTooLargeError extends Error {
  override readonly name = 'ModelTooLargeError';
}

/** The memory that loaded models may take together. Which of them goes is decided by how long ago it was used. */
export class ModelMemory {
  readonly #limitMb: number;
  /** All that take memory, retired ones too. */
  readonly #held = new Set<HeldModel>();

  constructor(limitMb: number) {
    this.#limitMb = limitMb;
  }

  get takenMb(): number {
    let sum = 0;
    for (const { memoryMb } of this.#held) sum += memoryMb;
    return sum;
  }

  /** @throws ModelTooLargeError where they would not fit if they were alone */
  check(name: string, memoryMb: number): void {
    if (memoryMb <= this.#limitMb) return;
    const [needed, limit] = [memoryMb, this.#limitMb].map(Math.ceil);
    throw new ModelTooLargeError(
      `${name} takes ${needed} MB, and models may take ${limit} MB together: see MODEL_MEMORY_MB`,
    );
  }

  /**
   * Waits until there is room for a model: what was not used for longest goes, first of those that no job holds.
   * @param beside what whoever wants the model wants beside it: these go last
   */
  async makeRoom(memoryMb: number, beside: readonly HeldModel[]): Promise<void> {
    while (this.takenMb + memoryMb > this.#limitMb) {
      // Those who waited for what was loaded last take it first.
      await new Promise(setImmediate);
      const held = [...this.#held].sort((a, b) => a.usedAt - b.usedAt);
      const leaving = held.filter(({ isRetired }) => isRetired);
      const others = held.filter((model) => !beside.includes(model));
      const mayGo = others.length > 0 ? others : held;
      const victim = mayGo.find(({ isFree }) => isFree) ?? mayGo[0];
      if (victim === undefined) return;
      if (leaving.length === 0) {
        const { name, version } = victim.model.manifest;
        log.info('model unloaded', { model: `${name}@${version}`, because: 'another needs its memory' });
      }
      await (leaving.length > 0 ? Promise.race(leaving.map(({ gone }) => gone)) : victim.retire());
    }
  }

  add(held: HeldModel): void {
    this.#held.add(held);
    void held.gone.then(() => this.#held.delete(held));
  }

  /** Ends all. */
  async close(): Promise<void> {
    await Promise.all([...this.#held].map((held) => held.end()));
  }
}
