import type { ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import { METADATA_PATH } from './aws/ec2/metadata.ts';
import type { Children } from './children.ts';

/** What of a launched machine decides how its worker is started. */
interface Machine {
  instanceId: string;
  userData: string;
}

const ENVIRONMENT_FILE =
  /\/etc\/classifycloud\/worker\.env[^\n]*?<<-?\s*'?(\w+)'?[^\n]*\n([\s\S]*?)\n\s*\1\b/;

/**
 * The worker's environment, from the launch template's user data: what cloud-init would write to
 * `/etc/classifycloud/worker.env`. The script itself is not run on this machine.
 */
export function workerEnvironment(userData: string): Record<string, string> {
  const lines = ENVIRONMENT_FILE.exec(userData)?.[2];
  if (lines === undefined) throw new Error('the launch template writes no /etc/classifycloud/worker.env');
  return Object.fromEntries(
    lines.split('\n').flatMap((line) => {
      const [, name, value] = /^\s*(\w+)=(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Starts the worker process that a launched machine stands for. */
export const startWorker = (
  children: Children,
  program: string,
  localEnvironment: NodeJS.ProcessEnv,
  { instanceId, userData }: Machine,
  log: Writable,
): ChildProcess => {
  const environment = workerEnvironment(userData);
  return children.start([program], {
    stdio: ['ignore', 'ignore', log],
    env: {
      ...localEnvironment,
      ...environment,
      // Both: what a worker runs with, and what somebody asks of all programs of Node, such as a profile.
      NODE_OPTIONS: [environment.NODE_OPTIONS, localEnvironment.NODE_OPTIONS].filter(Boolean).join(' '),
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `${localEnvironment.AWS_ENDPOINT_URL}${METADATA_PATH}${instanceId}`,
    },
  });
};
