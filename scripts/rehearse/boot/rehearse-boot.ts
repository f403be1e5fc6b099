import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { MESSAGE_VERSION, type TerminateMessage } from '../../../shared/jobs.ts';
import { listMachines } from '../../deploy/end-fleet.ts';
import { latestTemplate } from '../../deploy/launch-template.ts';
import { startMetadata } from '../metadata.ts';
import { deploy, type RehearsalOptions } from '../rehearsal.ts';
import { STAGE } from '../sls.ts';
import { Socket } from '../socket.ts';
import { expectThat, type Stage, tickNow, until } from '../stage.ts';
import { linesOf } from '../steps.ts';
import { type BootedMachine, bootMachine, VERDICT } from './machine.ts';

const ANSWER_MS = 180_000;
const OFF_MS = 90_000;
/** systemd starts the worker so often in all, before it powers the machine off. */
const STARTS = 4;

/** Boots worker machines from what was deployed: one that works and is told to go, and one that cannot start. */
export async function rehearseBoot(options: RehearsalOptions & { readonly root: string }): Promise<void> {
  const { onStep, onEvent, children, root, scratch, ministack } = options;
  const { stage, stop } = await deploy(options);
  try {
    onStep('the load balancer launches a machine');
    await tickNow();
    const instanceId = await firstMachine();
    const { version, userData } = await latestTemplate(stage.stack);
    const metadata = await startMetadata({
      instanceId,
      launchedAt: new Date(),
      roleArn: `arn:aws:iam::000000000000:role/${stage.stack.id('WorkerRole')}`,
      tags: { 'aws:ec2launchtemplate:version': version },
    });
    const environment = {
      AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint,
      AWS_ENDPOINT_URL: ministack.endpoint,
      AWS_ENDPOINT_URL_S3: ministack.endpoint,
    };
    const boot = (name: string, script: string) =>
      bootMachine({ children, root, scratch: join(scratch, name), userData: script, environment });

    onStep('it boots, and classifies the sample');
    const machine = await boot('working', userData);
    await Promise.race([firstJob(stage), endedEarly(machine)]);
    await until('the stages of the boot in the log', 30_000, async () => {
      const ready = (await linesOf(`/classifycloud/${STAGE}/workers`)).find((line) =>
        line.includes('"bootMs"'),
      );
      if (ready !== undefined) onEvent(`ms by stage: ${/"bootMs":\{[^}]*\}/.exec(ready)?.[0]}`);
      return ready !== undefined;
    });

    onStep('systemd has nothing against its unit, and counts it as hardened');
    onEvent(await analysed(machine));

    onStep('it is told to go, and powers off');
    await sendHome(stage);
    await powersOff(machine);

    onStep('one that cannot start is restarted three times, and powers off');
    const broken = await boot('broken', userData.replace(/^BUCKET=.*$/m, 'BUCKET='));
    await powersOff(broken);
    const starts = (await broken.journal()).match(/BUCKET is not set/g)?.length ?? 0;
    expectThat(starts === STARTS, `a worker that cannot start was started ${starts} times, not ${STARTS}`);
    metadata.stop();
  } finally {
    await stop();
  }
}

async function firstMachine(): Promise<string> {
  const ec2 = new EC2Client({});
  let ids: string[] = [];
  await until('a machine', 120_000, async () => {
    ids = await listMachines(ec2, STAGE);
    return ids.length > 0;
  });
  ec2.destroy();
  return ids[0] ?? '';
}

async function firstJob({ ws, key, imageUrl }: Stage): Promise<void> {
  const socket = await Socket.open(ws, key);
  socket.send({ action: 'classify', imageUrl });
  const answer = await socket.receive(['result', 'error'], ANSWER_MS);
  socket.terminate();
  expectThat(answer.type === 'result', `the machine’s first job got ${JSON.stringify(answer)}`);
}

/** As the load balancer sends a worker home. One that is busy drops a message that has become old: it is sent again. */
async function sendHome({ sqs, stack }: Stage): Promise<void> {
  const message: TerminateMessage = { v: MESSAGE_VERSION, id: randomUUID() };
  const QueueUrl = stack.id('TerminateQueue');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
}

/** @returns systemd's summary of how exposed the worker's unit is */
async function analysed(machine: BootedMachine): Promise<string> {
  let analysis = '';
  await until('what systemd says of the unit', 60_000, async () => {
    analysis = (await machine.analysis()).trim();
    return Object.values(VERDICT).some((verdict) => analysis.endsWith(verdict));
  });
  expectThat(analysis.endsWith(VERDICT.sound), `systemd says of the unit:\n${analysis}`);
  return /Overall exposure level.*/.exec(analysis)?.[0] ?? analysis;
}

async function powersOff({ off, journal }: BootedMachine): Promise<void> {
  const inTime = await Promise.race([off.then(() => true), sleep(OFF_MS, false)]);
  expectThat(inTime, `the machine did not power off in ${OFF_MS / 1000} s:\n${await journal()}`);
}

async function endedEarly({ off, journal }: BootedMachine): Promise<never> {
  await off;
  throw new Error(`the machine powered off before it had classified anything:\n${await journal()}`);
}
