import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { Children } from '../local/children.ts';
import { installMiniStack, startMiniStack } from './rehearse/ministack.ts';
import { deploy, rehearse } from './rehearse/rehearsal.ts';
import { tickNow } from './rehearse/stage.ts';
import { workerIsReady } from './rehearse/steps.ts';

// The AWS SDK's word about Node 20 is for developers, and package.json's `engines` says what runs.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// `npm run rehearse`: the real deployment, into an emulator of AWS on this machine.
const build = fileURLToPath(new URL('../.build', import.meta.url));
const scratch = join(build, 'rehearsal', String(process.pid));
const environment = join(build, 'ministack-1.5.33');
const { keep } = new Command('rehearse')
  .description(
    'Deploy the service with the real sls into MiniStack, an emulator of AWS, with IAM enforced; run real workers on the ' +
      'machines that it launches; use it, redeploy it, remove it. Needs Python 3 with venv; no Docker, no account.',
  )
  .option('--keep', 'leave the stage up until Ctrl-C, once a worker is ready, and check nothing')
  .parse()
  .opts<{ keep?: boolean }>();

const children = new Children();
const stopping = new AbortController();
const exit = async (code: number): Promise<never> => {
  children.kill();
  // The logs of a run that failed are for reading.
  if (code === 0) await rm(scratch, { recursive: true, force: true, maxRetries: 10 });
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopping.abort();
    console.log(`\nstopped (${signal})`);
    void exit(keep ? 0 : 1);
  });
}

const say = (text: string) => console.log(`${process.uptime().toFixed(0).padStart(4)} s  ${text}`);
const onStep = (title: string) => say(title);
const onEvent = (text: string) => {
  if (!stopping.signal.aborted) say(`  ${text}`); // what ends then is ended by us
};

try {
  await mkdir(scratch, { recursive: true });
  onStep('installing MiniStack, unless it is there');
  await installMiniStack(environment, stopping.signal);
  onStep('starting it');
  const ministack = await startMiniStack(children, environment, scratch);
  const options = { children, ministack, scratch, onStep, onEvent };
  if (keep) {
    const { stage, machines } = await deploy(options);
    machines.start();
    await tickNow();
    await Promise.race([workerIsReady(stage), machines.failed, ministack.ended]);
    const { http, ws, key, stack } = stage;
    const addresses = `http=${http} ws=${ws} aws=${ministack.endpoint} bucket=${stack.id('Bucket')} key=${key}`;
    console.log(`ready in ${process.uptime().toFixed(1)} s ${addresses}`);
    await Promise.race([machines.failed, ministack.ended]);
  } else {
    await rehearse(options);
    say('the rehearsal has passed');
  }
  await exit(0);
} catch (error) {
  if (stopping.signal.aborted) await new Promise(() => {}); // the signal's own exit is under way
  console.error(error instanceof Error ? error.message : error);
  console.error(`Logs: ${relative(process.cwd(), scratch)}`);
  await exit(1);
}
