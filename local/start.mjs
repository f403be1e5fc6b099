// Plain JavaScript that any Node can read, so that an old one gets a sentence and no stack trace.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`ClassifyCloud needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}
// The AWS SDK's word about Node 20 is for developers, and package.json's `engines` says what runs.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const { register } = await import('tsx/esm/api');
register();
await import('./start.ts');
