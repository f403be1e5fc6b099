const { pathToFileURL } = require('node:url');

let loading;
const load = async () => {
  const { tsImport } = await import('tsx/esm/api');
  return tsImport('../local/constant-schema-keys.ts', pathToFileURL(__filename).href);
};

/** The functions leave out what they do not use of the AWS SDK, as the workers do (local/build-worker.ts). */
module.exports = [
  {
    name: 'constant-schema-keys',
    async setup(build) {
      loading ??= load();
      const { constantSchemaKeys } = await loading;
      return constantSchemaKeys.setup(build);
    },
  },
];
