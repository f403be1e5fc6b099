import { readFile } from 'node:fs/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Children } from '../../local/children.ts';
import { KeyStore } from '../../shared/key-store.ts';
import { defaultHome } from '../../worker/models/default-home.ts';
import { ensureModel } from '../../worker/models/ensure-model.ts';
import { readStack } from '../deploy/stack.ts';
import { startImageHost } from './image-host.ts';
import { inventory } from './inventory.ts';
import { killedBakeLeavesMachine } from './killed-bake.ts';
import { Machines } from './machines.ts';
import { type MiniStack, REGION, ROOT } from './ministack.ts';
import { modelsAreListed, pushedModelIsServed, pushedModelStays } from './models.ts';
import { deadLetterIsRedriven, requestBecomesDeadLetter } from './redrive.ts';
import { makeServiceFolder, STAGE, sls } from './sls.ts';
import { dataPlane, expectThat, readyWorkers, type Stage, tickNow, until } from './stage.ts';
import * as steps from './steps.ts';

const STACK = `classifycloud-${STAGE}`;

export interface RehearsalOptions {
  readonly children: Children;
  readonly ministack: MiniStack;
  /** For logs, and the unpacked bundle. */
  readonly scratch: string;
  /** A step begins. */
  onStep(title: string): void;
  onEvent(text: string): void;
}

/** A deployed stage, its machines, and what ends them. */
export interface Deployed {
  readonly stage: Stage;
  readonly machines: Machines;
  readonly settings: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Deploys the service with the real `sls`, a key made before, and boots the machines that it launches. */
export async function deploy(options: RehearsalOptions): Promise<Deployed> {
  const { children, ministack, scratch, onStep, onEvent } = options;
  const account = { AWS_ENDPOINT_URL: ministack.endpoint, AWS_REGION: REGION, ...ROOT };
  for (const name of Object.keys(process.env)) if (/^AWS_(?!SDK_JS_)/.test(name)) delete process.env[name];
  Object.assign(process.env, account);

  onStep('deploying');
  const home = process.env.CLASSIFYCLOUD_HOME || defaultHome();
  const { sample } = await ensureModel({ home });
  const photo = await readFile(sample);
  const images = await startImageHost(photo);
  const hosts = [process.env.ALLOWED_PRIVATE_HOSTS, images.host].filter(Boolean).join(',');
  const tenant = 'rehearsal';
  const { key } = await new KeyStore(STAGE).create(tenant);
  const settings = {
    MIN_WORKERS: '1',
    MAX_WORKERS: '3', // room for replacements beside those that the load asks for
    WORKER_THREADS: '1',
    ALLOWED_PRIVATE_HOSTS: hosts,
    CLASSIFYCLOUD_HOME: home,
    MODELS: 'inception-v3', // the other one is three times as large, and goes the same way
  };
  await makeServiceFolder(scratch);
  await sls(children, scratch, ['deploy'], settings);
  const stack = await readStack({ region: REGION, credentials: rootCredentials }, STACK);
  expectThat(stack !== undefined, `sls deploy left no stack ${STACK}`);
  const stage: Stage = {
    ...dataPlane(ministack.endpoint, stack),
    key,
    tenant,
    stack,
    photo,
    // Named here, for a queue's URL is MiniStack's own idea of where it is.
    sqs: new SQSClient({ endpoint: ministack.endpoint }),
    imageUrl: `http://${images.host}/labrador.jpg`,
    heldImageUrl: `http://${images.host}/held.jpg`,
    releaseImage: () => images.release(),
  };
  const machines = new Machines({ children, stack, stage: STAGE, folder: scratch, onEvent });
  return {
    stage,
    machines,
    settings,
    async stop() {
      await machines.stop();
      images.stop();
      stage.sqs.destroy();
    },
  };
}

const rootCredentials = async () => ({
  accessKeyId: ROOT.AWS_ACCESS_KEY_ID,
  secretAccessKey: ROOT.AWS_SECRET_ACCESS_KEY,
});

/** Everything that a deployed stage has to do, in order, from its deployment to its removal. */
export async function rehearse(options: RehearsalOptions): Promise<void> {
  const { onStep, children, scratch } = options;
  const before = await emptyInventory(options);
  const deployed = await deploy(options);
  const { stage, machines } = deployed;
  const step = (title: string, act: () => Promise<unknown>) => {
    onStep(title);
    return Promise.race([act(), machines.failed, options.ministack.ended]);
  };
  try {
    await step('a request that nobody finishes goes to the dead letters', () =>
      requestBecomesDeadLetter(stage),
    );
    await step('without a key nobody is let in', () => steps.authorizerLetsIn(stage));
    await step('the page is there', () => steps.pageIsServed(stage));
    machines.start();
    await step('the load balancer launches a machine, and its worker is ready', async () => {
      await tickNow();
      await steps.workerIsReady(stage);
    });
    await step('the sample is classified over the WebSocket', () => steps.socketGetsLabel(stage));
    await step('the sample is classified by GET', () => steps.getGetsLabel(stage));
    await step('the models are listed', () => modelsAreListed(stage));
    await step('a model that is pushed is served, and its next version', () =>
      pushedModelIsServed(stage, scratch),
    );
    await step('an uploaded image is classified', () => steps.uploadGetsLabel(stage));
    await step('the dead letter is redriven, and answered', () => deadLetterIsRedriven(stage));
    await step('a socket that is gone loses nothing', () => steps.goneSocketLosesNothing(stage));
    await step('the worker’s log is in CloudWatch', () => steps.workerLogs());
    await step('redeploying while jobs run', () => redeploy(options, deployed));
    await step('what was pushed is served as before', () => pushedModelStays(stage));
    await step('a bake is killed, and leaves its machine', () => killedBakeLeavesMachine(children, scratch));
    await step('removing', () => sls(children, scratch, ['remove'], deployed.settings));
    await step('nothing is left', () => nothingIsLeft(before));
  } finally {
    await deployed.stop();
  }
}

/** A new deployment has replacements ready first, and then drains the older workers; no request is lost meanwhile. */
async function redeploy(options: RehearsalOptions, { stage, machines, settings }: Deployed): Promise<void> {
  const client = new steps.SteadyClient(stage);
  const old = machines.ids();
  const rollOver = async () => {
    // Another setting of the workers makes another version of their template.
    await sls(options.children, options.scratch, ['deploy'], { ...settings, DRAIN_SECONDS: '20' });
    await tickNow();
    await until('a fleet of new workers alone', 150_000, async () => {
      const ready = (await readyWorkers(stage)) ?? 0;
      const ids = machines.ids();
      return ready > 0 && ids.length > 0 && !ids.some((id) => old.includes(id));
    });
  };
  await Promise.race([rollOver(), client.failed]);
  await client.stop();
  options.onEvent(`${client.answered} requests were answered meanwhile, each with its result`);
}

async function emptyInventory({ ministack }: RehearsalOptions): Promise<Set<string>> {
  Object.assign(process.env, { AWS_ENDPOINT_URL: ministack.endpoint, AWS_REGION: REGION, ...ROOT });
  return inventory();
}

async function nothingIsLeft(before: ReadonlySet<string>): Promise<void> {
  const left = [...(await inventory())].filter((item) => !before.has(item));
  expectThat(left.length === 0, `this was left behind:\n  ${left.join('\n  ')}`);
}
