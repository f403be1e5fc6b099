#!/usr/bin/env node
// Plain JavaScript that any Node can read, so that an old one gets a sentence and no stack trace.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`ClassifyCloud needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}
const { register } = await import('tsx/esm/api');
register();
await import('./main.ts');
