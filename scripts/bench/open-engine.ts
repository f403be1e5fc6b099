import { availableParallelism } from 'node:os';
import { localSettings } from '../../local/stage.ts';
import { createEngine, type EngineSettings } from '../../worker/engines/create-engine.ts';
import type { Engine } from '../../worker/engines/engine.ts';
import { inceptionFrom } from '../../worker/engines/model-source.ts';
import { defaultHome } from '../../worker/models/default-home.ts';

/** An engine and a precision, as ENGINE and PRECISION name them. */
export type Choice = Pick<EngineSettings, 'engine' | 'precision'>;

/** What `npm start` would pick in this environment. */
export function startsChoice(): Choice {
  const { ENGINE, PRECISION } = localSettings();
  return { engine: ENGINE, precision: PRECISION };
}

/** The folder of the weights. */
export const modelHome = () => localSettings().CLASSIFYCLOUD_HOME ?? defaultHome();

/** The engine, loaded and warm, with a thread on each core. */
export async function openEngine(choice: Choice, threads = availableParallelism()): Promise<Engine> {
  const settings = { ...choice, threads, loneThreads: 1, echoMs: 0 };
  const engine = await createEngine(inceptionFrom(modelHome()), settings);
  await engine.warmUp();
  return engine;
}
