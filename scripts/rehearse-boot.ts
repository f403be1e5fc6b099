import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { Children } from '../local/children.ts';
import { rehearseBoot } from './rehearse/boot/rehearse-boot.ts';
import { makeRootFileSystem } from './rehearse/boot/root-file-system.ts';
import { installMiniStack, startMiniStack } from './rehearse/ministack.ts';
import { runCommand } from './run-command.ts';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// `npm run rehearse:boot`: a worker machine's first boot, on this machine.
new Command('rehearse:boot')
  .description(
    'Deploy into MiniStack, and boot a worker machine for real: systemd in a fresh root file system runs the user data ' +
      'of the deployed launch template, up to a classified image, and off again. As root on Linux, with debootstrap.',
  )
  .parse();

const build = fileURLToPath(new URL('../.build', import.meta.url));
const scratch = join(build, 'rehearsal', `boot-${process.pid}`);
const children = new Children();
const stopping = new AbortController();
const exit = async (code: number): Promise<never> => {
  children.kill();
  if (code === 0) await rm(scratch, { recursive: true, force: true, maxRetries: 10 });
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopping.abort();
    void exit(1);
  });
}
const onStep = (title: string) => console.log(`${process.uptime().toFixed(0).padStart(4)} s  ${title}`);

try {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('This has to be run as root, on Linux.');
  await runCommand('debootstrap', ['--version'], {}).catch((cause: unknown) => {
    throw new Error('debootstrap is needed (Debian, Ubuntu: apt install debootstrap).', { cause });
  });
  await mkdir(scratch, { recursive: true });
  onStep('making a root file system, unless it is there');
  const root = join(build, 'boot-root');
  await makeRootFileSystem(root, stopping.signal);
  onStep('starting MiniStack');
  const environment = join(build, 'ministack-1.5.33');
  await installMiniStack(environment, stopping.signal);
  const ministack = await startMiniStack(children, environment, scratch);
  const onEvent = (text: string) => onStep(`  ${text}`);
  await rehearseBoot({ children, ministack, scratch, onStep, onEvent, root });
  onStep('the boot rehearsal has passed');
  await exit(0);
} catch (error) {
  if (stopping.signal.aborted) await new Promise(() => {}); // the signal's own exit is under way
  console.error(error instanceof Error ? error.message : error);
  console.error(`Logs: ${relative(process.cwd(), scratch)}`);
  await exit(1);
}
