import { Command } from 'commander';
import { keyName } from '../shared/api-key.ts';
import { type ApiKey, KeyStore } from '../shared/key-store.ts';
import { chooseStage, runCommand, withStage } from './operate/stage.ts';

const program = new Command('keys')
  .description(
    'The API keys of a stage: who may use it. Kept as hashes; a key itself is shown once, when it is made.',
  )
  .showHelpAfterError();

withStage(program.command('create'))
  .description('Make a key. Print it on standard output, once: it is kept nowhere.')
  .argument(
    '<name>',
    'whose it is: logged, and the tenant that requests count for. Two keys may have one name.',
  )
  .action(async (name, options) => {
    const parsed = keyName.safeParse(name);
    if (!parsed.success)
      throw new Error(`${name} will not do as a name: it ${parsed.error.issues[0]?.message}.`);
    const stage = chooseStage(options);
    const { key, kept } = await new KeyStore(stage).create(parsed.data);
    console.error(
      `Key ${kept.id} of ${name}, stage ${stage}. It is shown only now, and opens the stage in seconds:`,
    );
    console.log(key);
  });

withStage(program.command('list'))
  .description('Show the keys: id, name, when each was made.')
  .option('--json', 'print each as a JSON line')
  .action(async (options) => {
    const keys = await new KeyStore(chooseStage(options)).list();
    keys.sort((a, b) => a.name.localeCompare(b.name) || a.createdAt.localeCompare(b.createdAt));
    for (const key of keys)
      console.log(options.json ? JSON.stringify(shown(key)) : Object.values(shown(key)).join('  '));
    if (keys.length === 0 && !options.json)
      console.error('There is no key. Make one with: npm run keys -- create NAME');
  });

withStage(program.command('revoke'))
  .description(
    'End keys. In less than a minute they open nothing, and the sockets that they opened are closed.',
  )
  .argument('<id-or-name>', 'the id of a key, or a name: then all of that name')
  .action(async (which, options) => {
    const store = new KeyStore(chooseStage(options));
    const keys = (await store.list()).filter(({ id, name }) => id === which || name === which);
    if (keys.length === 0)
      throw new Error(`There is no key ${which}. Those that there are: npm run keys -- list`);
    for (const { id, name } of keys) {
      await store.revoke(id);
      console.log(`revoked ${id}  ${name}`);
    }
  });

const shown = ({ id, name, createdAt }: ApiKey) => ({ id, name, createdAt });

await runCommand(program);
