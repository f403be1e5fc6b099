import type { ModelId } from '../../shared/models.ts';
import type { PreparedModel } from '../engines/create-engine.ts';
import { EchoEngine } from '../engines/echo.ts';
import { keyOf } from '../model-loads.ts';
import { INCEPTION_V3 } from '../models/inception-v3.ts';

/** A repository of models in memory, whose engines tell what becomes of them, and load and fail as a test says. */
export class FakeModels {
  /** `load`, `fail`, `warm` and `dispose`, with the model's name and version, in their order. */
  readonly events: string[] = [];
  /** Every model whose files were got ready, by `name@version`, as often as they were. */
  readonly prepared: string[] = [];
  /** What a model takes, in MB; 1 unless said. */
  memoryMb: Readonly<Record<string, number>> = {};
  /** The most that models took together, in MB. */
  mostMb = 0;
  readonly fails = new Map<string, Error>();
  readonly failsWarm = new Map<string, Error>();
  moderator: string | undefined;
  readonly #held = new Map<string, Promise<void>>();
  readonly #loaded: string[] = [];
  #served: ModelId[] = [];
  #onChange: () => void = () => {};

  /** What is served from now on; of a name the last version is the current one. */
  serve(...references: readonly string[]): void {
    this.#served = references.map((reference) => {
      const [name = '', version = ''] = reference.split('@');
      return { name, version };
    });
    this.#onChange();
  }

  /** Those in memory, in the order that they came. */
  loaded(): readonly string[] {
    return [...this.#loaded];
  }

  /** The model's next load goes no further until it is told to go on. */
  holdUp(reference: string): { goOn(): void } {
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    this.#held.set(reference, gate);
    return { goOn };
  }

  resolve(reference: string): ModelId | undefined {
    return this.#served.findLast((id) => id.name === reference || keyOf(id) === reference);
  }

  async find(reference: string): Promise<ModelId | undefined> {
    return this.resolve(reference);
  }

  ofTask(): ModelId | undefined {
    return this.moderator === undefined ? undefined : this.resolve(this.moderator);
  }

  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  readonly prepare = async (id: ModelId): Promise<PreparedModel> => {
    const key = keyOf(id);
    this.prepared.push(key);
    const manifest = { ...INCEPTION_V3.manifest, ...id };
    const memoryMb = this.memoryMb[key] ?? 1;
    return {
      manifest,
      memoryMb,
      load: () => this.#load(key, new EchoEngine({ threads: 1, echoMs: 0, manifest })),
    };
  };

  async #load(key: string, engine: EchoEngine): Promise<EchoEngine> {
    this.events.push(`load ${key}`);
    await this.#held.get(key);
    const error = this.fails.get(key);
    if (error) {
      this.events.push(`fail ${key}`);
      throw error;
    }
    this.#loaded.push(key);
    this.mostMb = Math.max(this.mostMb, this.#takenMb());
    engine.warmUp = async () => {
      const failure = this.failsWarm.get(key);
      if (failure) throw failure;
      this.events.push(`warm ${key}`);
    };
    engine.dispose = async () => {
      this.#loaded.splice(this.#loaded.indexOf(key), 1);
      this.events.push(`dispose ${key}`);
    };
    return engine;
  }

  #takenMb = () => this.#loaded.reduce((sum, key) => sum + (this.memoryMb[key] ?? 1), 0);
}
