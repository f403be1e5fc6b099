/**
 * The module that a thread starts with. Bundled, the thread's file stands beside `main.mjs`. From source (tests, tsx)
 * it is TypeScript: Node 20 cannot read that, and neither Vitest nor tsx hands its loader on to a thread, so a line of
 * JavaScript brings tsx in first.
 *
 * @param name Of the file, without its ending.
 * @param here The module's own URL, beside which the file stands in the source.
 */
export function threadFile(name: string, here: string): URL {
  if (!new URL(here).pathname.endsWith('.ts')) return new URL(`./${name}.mjs`, here);

  const tsx = import.meta.resolve('tsx/esm/api');
  const source = new URL(`./${name}.ts`, here).href;
  const bootstrap = `import { tsImport } from '${tsx}'; await tsImport('${source}', '${here}');`;
  return new URL(`data:text/javascript,${encodeURIComponent(bootstrap)}`);
}
