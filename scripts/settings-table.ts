import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SETTINGS, type SettingName } from '../shared/config.ts';

/** Set by the template, the machine or the launcher, to what each creates: for nobody to set. */
const SET_BY_THE_TEMPLATE: ReadonlySet<SettingName> = new Set([
  ...(['REQUEST_QUEUE_URL', 'RESPONSE_QUEUE_URL', 'TERMINATE_QUEUE_URL', 'DEAD_LETTER_QUEUE_URL'] as const),
  ...([
    'BUCKET',
    'UPLOAD_ORIGIN',
    'WEBSOCKET_ENDPOINT',
    'LAUNCH_TEMPLATE_ID',
    'LAUNCH_TEMPLATE_VERSION',
    'STAGE',
  ] as const),
  ...(['SUBNET_IDS', 'INSTANCE_ID', 'AWS_EC2_METADATA_SERVICE_ENDPOINT', 'LOG_GROUP', 'BOOT_TIMES'] as const),
  'CACHE_DIRECTORY',
  'LOG_FORMAT',
]);

/** The default depends on the machine that asks. */
const DEFAULT_IN_WORDS: Partial<Record<SettingName, string>> = { WORKER_THREADS: 'number of cores' };

function defaultOf(name: SettingName): string {
  const parsed = SETTINGS[name].safeParse(undefined);
  if (!parsed.success) return '';
  const value: unknown = parsed.data;
  return (
    DEFAULT_IN_WORDS[name] ??
    (value === undefined ? '' : `\`${[value].flat().join(',')}\``).replace(/^``$/, '')
  );
}

/** The settings that a person may set, as a table of Markdown, in the order of shared/config.ts. */
export function settingsTable(): string {
  const names = Object.keys(SETTINGS) as SettingName[];
  const rows = names
    .filter((name) => !SET_BY_THE_TEMPLATE.has(name) && !isLocal(name))
    .map((name) => `| \`${name}\` | ${defaultOf(name)} | ${SETTINGS[name].description} |`);
  return ['| setting | default | what it does |', '|---|---|---|', ...rows].join('\n');
}

/** Of the stage that `npm start` runs; README.md has those. */
const isLocal = (name: SettingName) => SETTINGS[name].description?.startsWith('Local: ') ?? false;

export const PAGE = fileURLToPath(new URL('../docs/operating.md', import.meta.url));
const BEGIN = '<!-- made by npm run settings-table -->';
const END = '<!-- end -->';

/** The page with the table as it has to be. @throws Error where the page has no place for it */
export function withTable(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/operating.md lacks ${BEGIN} … ${END}`);
  return `${before}${BEGIN}\n${settingsTable()}\n${END}${after}`;
}

// `npm run settings-table`: writes the settings of shared/config.ts into docs/operating.md.
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await writeFile(PAGE, withTable(await readFile(PAGE, 'utf8')));
