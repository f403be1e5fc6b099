import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SETTINGS } from '../shared/config.ts';
import { PAGE, settingsTable, withTable } from './settings-table.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('docs/operating.md has the settings of shared/config.ts; if not: npm run settings-table', async () => {
  const page = await readFile(PAGE, 'utf8');
  expect(page).toBe(withTable(page));
});

test('every setting that the template reads from the environment is one of them', async () => {
  const infra = (await readdir(`${root}infra`)).map((file) => `infra/${file}`);
  const files = ['serverless.yml', ...infra.filter((file) => /\.(yml|cjs)$/.test(file))];
  const texts = await Promise.all(files.map((file) => readFile(root + file, 'utf8')));
  const names = new Set(texts.join('').match(/(?<=\$\{env:|process\.env\.)[A-Z_]+/g));
  // AWS's own settings, and a port of the launcher's.
  const strange = [...names].filter((name) => !(name in SETTINGS || /^AWS_|^LAMBDA_PORT$/.test(name)));
  expect(names.size).toBeGreaterThan(20);
  expect(strange).toEqual([]);
});

test('what the template sets itself is nobody’s to set', () => {
  expect(settingsTable()).not.toMatch(/_QUEUE_URL|LAUNCH_TEMPLATE|BOOT_TIMES/);
  expect(settingsTable()).toContain('| `MAX_WORKERS` | `19` | Workers at most |');
});
