import { Command, Option } from 'commander';
import { showProgress } from '../local/show-progress.ts';
import { builtIn } from '../worker/models/built-ins.ts';
import { ensureBuiltIn } from '../worker/models/ensure-built-in.ts';
import { manifestAtHome } from '../worker/models/home-models.ts';
import { filesFor } from '../worker/models/manifest.ts';
import { ModelError } from '../worker/models/model-errors.ts';
import { addFrom } from './models/add.ts';
import { asTable, listModels } from './models/list.ts';
import { readCatalogue, type StageBucket, unpublish } from './models/publish.ts';
import { homeOf, pushModel, uploadProgress } from './models/push.ts';
import { removeAtHome } from './models/remove.ts';
import { bucketHere, chosenBucket } from './models/stages.ts';
import { verifyModels } from './models/verify.ts';
import { runCommand, withStage } from './operate/stage.ts';

// `npm run models`: the models of this machine, and those that a stage serves.
const program = new Command('models')
  .description(
    'The models that can classify: those of this machine, in CLASSIFYCLOUD_HOME, and those that a stage serves. ' +
      'Without --stage a command is about this machine, and the stage that `npm start` runs on it if it does.',
  )
  .showHelpAfterError();

const REFERENCE = 'name of a model, or name@version';
const json = () => new Option('--json', 'print each as a JSON line');
/** The stage that was named, or the one that runs here. */
const isNamed = (command: Command) => command.getOptionValueSource('stage') === 'cli';
const stageOf = (command: Command): Promise<StageBucket | undefined> =>
  isNamed(command) ? chosenBucket(command.opts()) : bucketHere(command.opts());

withStage(program.command('list'))
  .description('Show the models that are here, and what a stage serves of them.')
  .addOption(json())
  .action(async (options, command) => {
    const stage = await stageOf(command);
    const rows = await listModels(homeOf(), stage && (await readCatalogue(stage)));
    if (options.json) for (const row of rows) console.log(JSON.stringify(row));
    else console.log(asTable(rows));
  });

program
  .command('pull')
  .description('Fetch and convert a built-in model now, rather than when a worker first needs it.')
  .argument('<name>', REFERENCE)
  .addOption(
    new Option('--precision <name>', 'arithmetic of the net (default: int8 if it has it)').choices([
      'int8',
      'fp32',
    ]),
  )
  .addOption(json())
  .action(async (reference, options) => {
    const known = builtIn(await manifestAtHome(homeOf(), reference));
    if (known === undefined) throw new ModelError(`${reference} is not built in: it is here already.`);
    const names = filesFor(known.manifest, options.precision);
    const { folder, manifest } = await ensureBuiltIn(known, homeOf(), names, {
      onProgress: showProgress,
      signal: stopping(),
    });
    const { name, version } = manifest;
    console.log(
      options.json ? JSON.stringify({ name, version, folder }) : `\n${name}@${version} is in ${folder}`,
    );
  });

withStage(program.command('add'))
  .description(
    'Add a model of your own to this machine, and to the stage that npm start runs on it if it does.',
  )
  .argument('<path>', 'a folder with a manifest.json and the files that it names, or that manifest')
  .addOption(json())
  .action(async (path, options, command) => {
    const { manifest, folder } = await addFrom(homeOf(), path);
    const reference = `${manifest.name}@${manifest.version}`;
    const stage = await stageOf(command);
    if (stage) await pushModel(stage, homeOf(), reference);
    const done = { name: manifest.name, version: manifest.version, folder, served: stage !== undefined };
    if (options.json) console.log(JSON.stringify(done));
    else {
      console.log(`${reference} is in ${folder}${stage ? `, and served under its name` : ''}.`);
      if (!stage)
        console.log(
          `npm start serves it from its next start on; a stage: npm run models -- push ${reference} --stage NAME`,
        );
    }
  });

withStage(program.command('remove'))
  .description(
    'Remove a model, or one of its versions: with --stage from what that stage serves, without from this machine, and the stage that npm start runs on it.',
  )
  .argument('<name>', REFERENCE)
  .addOption(json())
  .action(async (reference, options, command) => {
    const stage = await stageOf(command);
    const served = stage && (await readCatalogue(stage));
    const isServed = served?.models.some(({ name }) => name === reference.split('@')[0]);
    const gone = stage && (isNamed(command) || isServed) ? await unpublish(stage, reference) : [];
    const removed = isNamed(command) ? false : await removeAtHome(homeOf(), reference);
    if (gone.length === 0 && !removed) throw new ModelError(`There is no model ${reference}.`);
    const versions = gone.map(({ name, version }) => `${name}@${version}`);
    if (options.json) console.log(JSON.stringify({ removed, unpublished: versions }));
    else {
      if (versions.length > 0) console.log(`no longer served: ${versions.join(', ')}`);
      if (removed) console.log(`removed from this machine: ${reference}`);
    }
  });

program
  .command('verify')
  .description(
    'Compare the files of this machine’s models with the hashes in their manifests. Exit code 1 if one differs.',
  )
  .argument('[name]', REFERENCE)
  .addOption(json())
  .action(async (reference, options) => {
    const all = await verifyModels(homeOf(), reference);
    if (all.length === 0) throw new ModelError(`There is no model ${reference} here.`);
    for (const model of all) {
      const { name, version, wrong, missing, intact } = model;
      if (options.json) console.log(JSON.stringify(model));
      else
        console.log(
          [
            `${intact ? 'intact' : 'BROKEN'}  ${name}@${version}`,
            wrong.length > 0 && `not as the manifest says: ${wrong.join(', ')}`,
            missing.length > 0 && `${intact ? 'not made yet' : 'missing'}: ${missing.join(', ')}`,
          ]
            .filter(Boolean)
            .join('  '),
        );
      if (!intact) process.exitCode = 1;
    }
  });

withStage(program.command('push'))
  .description(
    'Have a stage serve a model of this machine under its name, from now on. Its workers take it up within seconds, and lose no job over it.',
  )
  .argument('<name>', `${REFERENCE}; of a name alone, the version added last`)
  .option('--default', 'make it the model of requests that name none')
  .addOption(json())
  .action(async (reference, options) => {
    const stage = await chosenBucket(options);
    const progress = uploadProgress();
    try {
      const { name, version } = await pushModel(stage, homeOf(), reference, {
        makeDefault: options.default,
        onUpload: progress.onUpload,
        onProgress: showProgress,
        signal: stopping(),
      });
      progress.stop();
      const done = { name, version, stage: options.stage, default: Boolean(options.default) };
      const words = `stage ${options.stage} serves ${name}@${version}${options.default ? ', and to requests that name no model' : ''}`;
      console.log(options.json ? JSON.stringify(done) : words);
    } finally {
      progress.stop();
    }
  });

/** Aborts at Ctrl-C: what was begun is taken away again. */
function stopping(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => controller.abort(new ModelError(`stopped (${signal})`)));
  return controller.signal;
}

await runCommand(program);
