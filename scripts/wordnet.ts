import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { readConfig } from '../shared/config.ts';
import { defaultHome } from '../worker/models/default-home.ts';
import { ensureModel } from '../worker/models/ensure-model.ts';
import { readLabels } from '../worker/models/labels.ts';
import { fetchNouns } from './wordnet/fetch-wordnet.ts';
import { hierarchyFile } from './wordnet/hierarchy-file.ts';

const FILE = fileURLToPath(new URL('../worker/labels/imagenet-hierarchy.ts', import.meta.url));

// `npm run wordnet`: writes the parents and categories of the 1,000 classes.
const program = new Command('wordnet')
  .description(
    'Writes worker/labels/imagenet-hierarchy.ts, by which labels have parents and categories: from the names of the ' +
      'classes and the hypernyms of WordNet 3.0, which is fetched once from the npm package wordnet (8 MB). ' +
      'scripts/wordnet/ says which senses, categories and roots were chosen, and why.',
  )
  .option('--check', 'only tell, by the exit code, whether the file is as it would be written')
  .action(async ({ check }: { check?: true }) => {
    const home = readConfig(['CLASSIFYCLOUD_HOME']).CLASSIFYCLOUD_HOME ?? defaultHome();
    const [, ...names] = await readLabels((await ensureModel({ home })).labels);
    const file = hierarchyFile(names, await fetchNouns(home));
    if (check) {
      const isSame = (await readFile(FILE, 'utf8')) === file;
      console.log(
        isSame ? 'It is as it would be written.' : 'It would be written differently: npm run wordnet',
      );
      process.exitCode = isSame ? 0 : 1;
      return;
    }
    await writeFile(FILE, file);
    console.log(`${FILE}: ${file.length} bytes`);
  });
await program.parseAsync();
