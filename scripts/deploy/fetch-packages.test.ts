import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fetchPackages } from './fetch-packages.ts';

const CONTENT = 'a tarball';
const PACKAGE = {
  name: '@img/colour',
  version: '1.1.0',
  integrity: `sha512-${createHash('sha512').update(CONTENT).digest('base64')}`,
};
const TARBALL = 'img-colour-1.1.0.tgz';

let folder: string;
let cache: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'classifycloud-packages-'));
  cache = join(folder, 'cache');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Puts a program in npm's place that delivers `content`, and notes what it was asked for. */
async function npmDelivers(content: string): Promise<void> {
  const program = join(folder, 'npm-cli.js');
  await writeFile(
    program,
    `const { writeFileSync } = require('node:fs');
    writeFileSync(${JSON.stringify(join(folder, 'asked'))}, process.argv.slice(2).join(' '));
    writeFileSync(process.env.npm_config_pack_destination + '/${TARBALL}', ${JSON.stringify(content)});`,
  );
  vi.stubEnv('npm_execpath', program);
}

test('what is missing is fetched, once', async () => {
  await npmDelivers(CONTENT);
  expect(await fetchPackages([PACKAGE], cache)).toEqual([join(cache, TARBALL)]);
  expect(await readFile(join(folder, 'asked'), 'utf8')).toContain('pack @img/colour@1.1.0 --ignore-scripts');

  await npmDelivers('another one');
  const [path = ''] = await fetchPackages([PACKAGE], cache);
  expect(await readFile(path, 'utf8')).toBe(CONTENT);
});

test('a package that is not the pinned one is refused, and not kept', async () => {
  await npmDelivers('not the pinned one');
  await expect(fetchPackages([PACKAGE], cache)).rejects.toThrow('@img/colour@1.1.0 differs');
  expect(await readdir(cache)).toEqual([]);
});

test('a kept tarball that was changed is fetched again', async () => {
  await mkdir(cache);
  await writeFile(join(cache, TARBALL), 'tampered with');
  await npmDelivers(CONTENT);
  const [path = ''] = await fetchPackages([PACKAGE], cache);
  expect(await readFile(path, 'utf8')).toBe(CONTENT);
});

test('where npm fails, its own words are told', async () => {
  const program = join(folder, 'npm-cli.js');
  await writeFile(program, `console.error('npm error code ENOTFOUND'); process.exit(1);`);
  vi.stubEnv('npm_execpath', program);
  await expect(fetchPackages([PACKAGE], cache)).rejects.toThrow(/could not fetch @img.*ENOTFOUND/s);
});
