import { openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EC2Client } from '@aws-sdk/client-ec2';
import type { Children } from '../../local/children.ts';
import { machinesTagged } from '../deploy/end-fleet.ts';
import { BAKED_TAG } from '../deploy/images.ts';
import { STAGE } from './sls.ts';
import { until } from './stage.ts';

/** `npm run bake` that is killed with SIGKILL leaves the machine that its image was to be made of; `remove` has to end it. */
export async function killedBakeLeavesMachine(children: Children, folder: string): Promise<void> {
  const log = openSync(join(folder, 'bake.log'), 'a');
  const program = fileURLToPath(new URL('../bake.ts', import.meta.url));
  const bake = children.start(['--import', 'tsx', program, '--stage', STAGE], {
    stdio: ['ignore', log, log],
  });
  const ec2 = new EC2Client({});
  await until('the machine of a bake', 30_000, async () => {
    if (bake.exitCode !== null) throw new Error(`the bake ended by itself; see ${join(folder, 'bake.log')}`);
    return (await machinesTagged(ec2, BAKED_TAG, STAGE)).length > 0;
  });
  bake.kill('SIGKILL');
  ec2.destroy();
}
