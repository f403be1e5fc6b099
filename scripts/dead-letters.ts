import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { Results } from '../shared/results.ts';
import { idOf, type Letter, redrive, withLetters } from './operate/dead-letters.ts';
import { findBucket } from './operate/find.ts';
import { chooseStage, runCommand, withStage } from './operate/stage.ts';

const program = new Command('dead-letters')
  .description(
    'Requests that killed or outlived every worker that took them, and responses that could not be pushed. Both were ' +
      'answered: with INTERNAL, or by an outcome that a resume finds. What is looked at is hidden from others for ' +
      'as long, at most two minutes.',
  )
  .showHelpAfterError();

withStage(program.command('list'))
  .description('Show all: kind, id, since when, tenant, image.')
  .option('--json', 'print each as a JSON line')
  .action(async ({ json, ...options }) => {
    const rows = await withLetters(chooseStage(options), async (letters) => letters.map(rowOf));
    for (const row of rows) console.log(json ? JSON.stringify(row) : Object.values(row).join('  '));
    if (rows.length === 0 && !json) console.error('There are no dead letters.');
  });

withStage(program.command('show'))
  .description('Show one whole: the message, and the outcome that is stored for it.')
  .argument('<id>', 'the id that list tells')
  .option('--json', 'print it as a JSON line')
  .action(async (id, { json, ...options }) => {
    const stage = chooseStage(options);
    const [letter] = await withLetters(stage, async (letters) => chosen(letters, [id]));
    if (letter === undefined) return;
    const stored =
      letter.kind === 'unreadable'
        ? undefined
        : await new Results(await findBucket(stage)).find(idOf(letter));
    const message = letter.kind === 'unreadable' ? letter.body : letter.message;
    const all = { ...rowOf(letter), message, outcome: stored?.outcome ?? null };
    console.log(JSON.stringify(all, undefined, json ? undefined : 2));
  });

withStage(program.command('redrive'))
  .description(
    'Do their work again: a request under a new id, for nobody waits for the old one; a response as it is.',
  )
  .argument('[id...]', 'the ids that list tells')
  .option('--all', 'all that can be read')
  .option('--json', 'print each as a JSON line')
  .action(async (ids: string[], { all, json, ...options }) => {
    const stage = chooseStage(options);
    await withLetters(stage, async (letters, take) => {
      for (const letter of all ? letters.filter(({ kind }) => kind !== 'unreadable') : chosen(letters, ids)) {
        const requestId = await redrive(stage, letter);
        await take(letter);
        const done = { redriven: idOf(letter), requestId };
        console.log(json ? JSON.stringify(done) : `${done.redriven} is now ${requestId}`);
      }
    });
  });

withStage(program.command('drop'))
  .description('Delete them for good. Their outcomes stay.')
  .argument('[id...]', 'the ids that list tells')
  .option('--all', 'all')
  .option('--yes', 'do not ask')
  .option('--json', 'print each as a JSON line')
  .action(async (ids: string[], { all, yes, json, ...options }) => {
    await withLetters(chooseStage(options), async (letters, take) => {
      const some = all ? letters : chosen(letters, ids);
      if (
        some.length === 0 ||
        !(yes || (await agreed(`Drop ${some.length} of ${letters.length} dead letters?`)))
      )
        return;
      for (const letter of some) {
        await take(letter);
        console.log(json ? JSON.stringify({ dropped: idOf(letter) }) : `dropped ${idOf(letter)}`);
      }
    });
  });

function rowOf(letter: Letter) {
  const { kind } = letter;
  const told = letter.kind === 'unreadable' ? undefined : letter.message;
  const image = told && ('imageUrl' in told ? told.imageUrl : told.outcome.imageUrl);
  return {
    kind,
    id: idOf(letter),
    sentAt: letter.sentAt.toISOString(),
    tenant: told?.tenant ?? '',
    image: image ?? '',
  };
}

/** The letters of these ids. @throws Error naming those that there are not */
function chosen(letters: readonly Letter[], ids: readonly string[]): Letter[] {
  if (ids.length === 0) throw new Error('Which? Name ids, as list tells them, or say --all.');
  const missing = ids.filter((id) => letters.every((letter) => idOf(letter) !== id));
  if (missing.length > 0) throw new Error(`There is no dead letter ${missing.join(', ')}.`);
  return letters.filter((letter) => ids.includes(idOf(letter)));
}

async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error('Nobody is there to be asked. Say --yes.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const asking = new AbortController();
  terminal.once('SIGINT', () => asking.abort());
  try {
    return /^y(es)?$/i.test(
      (await terminal.question(`${question} [y/N] `, { signal: asking.signal })).trim(),
    );
  } catch (error) {
    if (!asking.signal.aborted) throw error;
    return false;
  } finally {
    terminal.close();
  }
}

await runCommand(program);
