import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';

// Fails on errors and warnings; what is less is that there is a newer version of AsyncAPI.
const WARNING = 1;
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], 'utf8'));
const problems = diagnostics.filter(({ severity }) => severity <= WARNING);
for (const { code, path, message } of problems) console.error(`${path.join('.')}: ${message} (${code})`);
if (problems.length > 0 || document === undefined) process.exit(1);
console.log(`AsyncAPI ${document.version()}: ${document.messages().length} messages, no problem`);
