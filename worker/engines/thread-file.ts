/**
 * The module that an inference thread starts with. Bundled, the thread's file stands beside `main.mjs`. From
 * source (tests, tsx) it is TypeScript: Node 20 cannot read that, and neither Vitest nor tsx hands its loader
 * on to a thread, so a line of JavaScript brings tsx in first.
 */
export function inferenceThreadFile(here: string = import.meta.url): URL {
  if (!new URL(here).pathname.endsWith('.ts')) return new URL('./inference-thread.mjs', here);

  const tsx = import.meta.resolve('tsx/esm/api');
  const source = new URL('./inference-thread.ts', here).href;
  const bootstrap = `import { tsImport } from '${tsx}'; await tsImport('${source}', '${here}');`;
  return new URL(`data:text/javascript,${encodeURIComponent(bootstrap)}`);
}
