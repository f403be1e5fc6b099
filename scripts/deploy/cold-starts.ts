import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand } from '../run-command.ts';

/** A function, as serverless.yml has it. */
export interface PackagedFunction {
  readonly name: string;
  /** `handlers/classify.handler`: the file is `handlers/classify.mjs`. */
  readonly handler: string;
}

const STARTS = 2; // the first may have to read the disk
const PROGRAM = `await import(process.argv[1]); console.log(performance.now());`;

/**
 * How long each function takes on this machine from the start of Node.js until it could be called, in ms: what a cold start
 * adds to a request, beside the machine that Lambda makes for it.
 * @param folder of the bundles
 * @param nodeOptions with which the functions run
 */
export async function measureColdStarts(
  functions: readonly PackagedFunction[],
  folder: string,
  nodeOptions: string,
): Promise<Map<string, number>> {
  const env = { NODE_OPTIONS: nodeOptions };
  const times = new Map<string, number>();
  for (const { name, handler } of functions) {
    const path = join(folder, `${handler.slice(0, handler.lastIndexOf('.'))}.mjs`);
    for (let start = 0; start < STARTS; start++) {
      const args = ['--input-type=module', '--eval', PROGRAM, pathToFileURL(path).href];
      const ms = Number(await runCommand(process.execPath, args, { env }));
      times.set(name, Math.min(ms, times.get(name) ?? Number.POSITIVE_INFINITY));
    }
  }
  return times;
}
