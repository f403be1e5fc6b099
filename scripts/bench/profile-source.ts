import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A place in a profile. */
export interface CallFrame {
  functionName: string;
  url: string;
  /** From 0. */
  lineNumber: number;
}

/** The path of the source that a line of a loaded file came from. */
type Source = (url: string, line: number) => string;

/** Reads the comments by which esbuild says in a bundle where each part came from. */
export function sourceOf(): Source {
  const bundles = new Map<string, readonly string[]>();
  return (url, line) => {
    if (!url.startsWith('file:') || url.includes('/node_modules/')) return url;
    const origins = bundles.get(url) ?? originsIn(url);
    bundles.set(url, origins);
    return origins[line] ?? url;
  };
}

/** A line's origin by its number, where the file is a bundle. */
function originsIn(url: string): readonly string[] {
  let origin = url;
  return readFileSync(fileURLToPath(url), 'utf8')
    .split('\n')
    .map((line) => {
      origin = /^\/\/ (\S+\.[cm]?[jt]s)$/.exec(line)?.[1] ?? origin;
      return origin;
    });
}

/** What a profile's time is counted under: a package, `Node.js`, `our own code`, or the engine's own `(program)` and the like. */
export function packageOf({ functionName, url, lineNumber }: CallFrame, source: Source): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'native code';
  if (url.startsWith('node:')) return 'Node.js';
  const path = source(url, lineNumber);
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
  if (name === undefined) return 'our own code';
  return /^@(?:aws-sdk|smithy|aws-crypto)\//.test(name) ? 'AWS SDK' : name.replace(/^@hapi\/.*/, 'hapi');
}
