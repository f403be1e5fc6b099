// Entry of a thread that fetches and converts a built-in model; it ends when it is done.
import { parentPort, workerData } from 'node:worker_threads';
import type { BuildReply, BuildTask } from './build-aside.ts';
import { builtIn } from './built-ins.ts';
import { ensureBuiltIn } from './ensure-built-in.ts';

const tell = (reply: BuildReply) => parentPort?.postMessage(reply);
const { model, home, names }: BuildTask = workerData;
try {
  const known = builtIn(model);
  if (known === undefined) throw new Error(`${model.name}@${model.version} is not built in`);
  await ensureBuiltIn(known, home, names, { onProgress: (progress) => tell({ type: 'progress', progress }) });
} catch (error) {
  tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
}
