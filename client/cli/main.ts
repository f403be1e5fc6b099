import { classifyCommand } from './classify.ts';
import { completionCommand } from './completion.ts';
import { addPrograms } from './programs.ts';
import { newCommand } from './service-options.ts';
import { statusCommand } from './status.ts';

// `npx classifycloud`: all that is done from a terminal, under one name.
const program = newCommand('classifycloud')
  .description('Classify images, and look after the service that does it.')
  .configureHelp({ showGlobalOptions: true })
  .addHelpText('after', '\nEach command tells more of itself: classifycloud COMMAND --help');
program.addCommand(classifyCommand()).addCommand(statusCommand());
addPrograms(program);
program.addCommand(completionCommand(program));

// Whoever reads our output has read enough: `… | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
await program.parseAsync();
