import type { ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Children } from '../../../local/children.ts';
import { runCommand } from '../../run-command.ts';

const USER_DATA = '/var/lib/cloud/user-data';
/** Output of the user data, where cloud-init puts it. */
const OUTPUT = '/var/log/cloud-init-output.log';
const UNIT = '/etc/systemd/system/classifycloud-worker.service';
/** What systemd says of the worker's unit; in the last line, whether that is good. */
const ANALYSIS = '/var/log/unit-analysis.log';
export const VERDICT = { sound: 'the unit is sound', unsound: 'the unit is not sound' };
/** systemd's "OK", on a scale from 0, which reaches nothing, to 100. */
const MOST_EXPOSED = 20;
const analyse = [
  `systemd-analyze verify ${UNIT}`,
  `systemd-analyze --no-pager security --threshold=${MOST_EXPOSED} classifycloud-worker.service`,
  `echo ${VERDICT.sound}`,
].join(' && ');

export interface BootOptions {
  readonly children: Children;
  /** The root file system; it is not written to. */
  readonly root: string;
  /** What the machine writes goes below it. */
  readonly scratch: string;
  readonly userData: string;
  /** What stands in for AWS: variables that curl's and the worker's addresses are taken from. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A machine that runs until it powers off. */
export interface BootedMachine {
  readonly process: ChildProcess;
  /** Resolves when it has powered off. */
  readonly off: Promise<void>;
  /** What its units have logged. */
  journal(): Promise<string>;
  /** What systemd says of the worker's unit; ends with a verdict once it has. */
  analysis(): Promise<string>;
}

/**
 * Boots a machine with the user data: systemd is its first process, and a unit in cloud-init's place runs the script.
 * Nothing else is given to it than where the stand-ins for AWS are.
 */
export async function bootMachine(options: BootOptions): Promise<BootedMachine> {
  const { children, root, scratch, userData, environment } = options;
  const upper = join(scratch, 'upper');
  const variables = Object.entries(environment)
    .map(([name, value]) => `Environment=${name}=${value}`)
    .join('\n');
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(upper, path)), { recursive: true });
    await writeFile(join(upper, path), text);
  };
  await put(USER_DATA, userData);
  await chmod(join(upper, USER_DATA), 0o755);
  await put(
    '/etc/systemd/system/cloud-final.service',
    `[Service]\nType=oneshot\n${variables}\nExecStart=${USER_DATA}\nExecStart=/bin/sh -c '(${analyse} || echo ${VERDICT.unsound}) > ${ANALYSIS} 2>&1'\nStandardOutput=append:${OUTPUT}\nStandardError=append:${OUTPUT}\n`,
  );
  await put('/etc/systemd/system/classifycloud-worker.service.d/rehearsal.conf', `[Service]\n${variables}\n`);
  const wants = join(upper, 'etc/systemd/system/multi-user.target.wants');
  await mkdir(wants, { recursive: true });
  await symlink('../cloud-final.service', join(wants, 'cloud-final.service'));
  await mkdir(join(upper, 'var/log/journal'), { recursive: true }); // kept on the disk, to be read from outside

  const program = fileURLToPath(new URL('boot-machine.sh', import.meta.url));
  const log = openSync(join(scratch, 'console.log'), 'a');
  const process = children.start([root, scratch], { stdio: ['ignore', log, log] }, program);
  return {
    process,
    off: new Promise((resolve) => process.once('exit', () => resolve())),
    analysis: () => readFile(join(upper, ANALYSIS), 'utf8').catch(() => ''), // not there yet
    journal: () =>
      runCommand(
        'journalctl',
        ['--no-pager', '--output=short-iso', `--directory=${join(upper, 'var/log/journal')}`],
        {},
      ),
  };
}
