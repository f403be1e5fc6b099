import { basename, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import page from '../../web/page-plugin.cjs';
import { bundle } from '../bundle.mjs';

/**
 * The local stage as a plugin of osls. Plain JavaScript, for osls loads nothing else: it bundles the functions and
 * local-stage.ts, which does the work. (A TypeScript loader in the process would slow down the start by a second.)
 */
export default class LocalStagePlugin {
  constructor(serverless) {
    let stage;
    let starting = false;
    this.hooks = {
      // It is open to everybody by default, and its functions are not bundled.
      'before:package:initialize': () => {
        throw new serverless.classes.Error(
          'Stage local is for this machine: npm start. Deploy one of another name: npx sls deploy --stage prod',
          'LOCAL_STAGE_NOT_DEPLOYED',
        );
      },
      'before:offline:start:init': async () => {
        process.setSourceMapsEnabled(true);
        starting = true;
        stage = await loadLocalStage(serverless);
      },
      'after:offline:start:init': () => stage.start(),
      'offline:start:end': () => stage.stop(),
      // Those of its servers that listen already would keep it for ever, and whoever waits for it.
      error: (error) => {
        if (!starting) return;
        console.error(error);
        process.exit(1);
      },
    };
  }
}

async function loadLocalStage(serverless) {
  const { service, serviceDir } = serverless;
  const main = 'local/offline/local-stage.ts';
  const handlers = Object.values(service.functions).map(({ handler }) => handler.replace(/\.\w+$/, '.ts'));
  const folder = await bundle({
    entryPoints: [main, ...handlers],
    packages: 'external', // so that it is done in no time
    splitting: true, // what the functions share is loaded once: the SDK's clients, their connections
    plugins: [...page, shortCuts(handlers)],
  });
  service.custom['serverless-offline'].location = relative(serviceDir, folder);
  const { prepareLocalStage } = await import(pathToFileURL(join(folder, main.replace('.ts', '.mjs'))).href);
  return prepareLocalStage(serverless);
}

/**
 * serverless-offline looks for a function's module anew at each call, in a dozen places, and reads a package.json for
 * it. What it tries first is a CommonJS file without an extension: here it finds one.
 */
const shortCuts = (handlers) => ({
  name: 'short-cuts',
  setup(build) {
    build.onEnd(({ outputFiles }) => {
      const { outdir } = build.initialOptions;
      for (const handler of handlers) {
        const path = join(outdir, handler.replace(/\.ts$/, ''));
        const code = `let loaded;
exports.handler = async (...call) => (loaded ??= await import('./${basename(path)}.mjs')).handler(...call);
`;
        outputFiles.push({ path, contents: Buffer.from(code) });
      }
    });
  },
});
