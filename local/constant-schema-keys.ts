import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Writes out the keys of the AWS SDK's schemas, `{ [_xN]: … }` with a constant `_xN`. esbuild takes a computed key for
 * something that may have an effect, and so keeps every schema of a service that has them: of EC2, a megabyte of objects
 * that each start makes and nobody reads.
 */
export const constantSchemaKeys: Plugin = {
  name: 'constant-schema-keys',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk[\\/].*[\\/]schemas_0\.js$/ }, async ({ path }) => ({
      contents: withConstantKeys(await readFile(path, 'utf8')),
    }));
  },
};

/** @param code a module whose computed keys are names of its constants */
export function withConstantKeys(code: string): string {
  const constants = new Map<string, string>();
  for (const [, name = '', text = ''] of code.matchAll(/^const (\w+) = ("[^"\\]*");$/gm))
    constants.set(name, text);
  return code.replace(/\[(\w+)\]:/g, (key, name) => {
    const text = constants.get(name);
    return text === undefined ? key : `${text}:`;
  });
}
