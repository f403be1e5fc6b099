const { pathToFileURL } = require('node:url');
const page = require('../web/page-plugin.cjs');

let loading;
const load = async () => {
  const { tsImport } = await import('tsx/esm/api');
  return tsImport('../local/constant-schema-keys.ts', pathToFileURL(__filename).href);
};

/** The functions have the page in them, and leave out what they do not use of the AWS SDK, as the workers do. */
module.exports = [
  ...page,
  {
    name: 'constant-schema-keys',
    async setup(build) {
      loading ??= load();
      const { constantSchemaKeys } = await loading;
      return constantSchemaKeys.setup(build);
    },
  },
];
