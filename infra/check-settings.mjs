import { tsImport } from 'tsx/esm/api';

/**
 * Refuses to package or deploy a real stage whose settings, from the environment, are wrong or contradict one another:
 * all of them, a line each. (The programs would refuse to start; this says so before anything is deployed.)
 */
export default class CheckSettings {
  constructor(serverless) {
    this.hooks = {
      'before:package:initialize': async () => {
        const stage = serverless.getProvider('aws').getStage();
        if (stage === 'local') return;
        const { ConfigError, readConfig, SETTINGS } = await tsImport('../shared/config.ts', import.meta.url);
        // What has to be set is set by the template itself, to what it creates.
        const names = Object.keys(SETTINGS).filter((name) => SETTINGS[name].safeParse(undefined).success);
        try {
          readConfig(names, { ...process.env, STAGE: stage });
        } catch (error) {
          throw error instanceof ConfigError ? new serverless.classes.Error(error.message) : error;
        }
      },
    };
  }
}
