import type { BuiltIn } from './built-in.ts';
import { INCEPTION_V3 } from './inception-v3.ts';
import { NSFW_INCEPTION_V3 } from './nsfw-inception-v3.ts';

/** The models that come with the program. */
export const BUILT_INS: readonly BuiltIn[] = [INCEPTION_V3, NSFW_INCEPTION_V3];

/** The built-in model of this name and version, if there is one. */
export function builtIn({ name, version }: { name: string; version: string }): BuiltIn | undefined {
  return BUILT_INS.find(({ manifest }) => manifest.name === name && manifest.version === version);
}
