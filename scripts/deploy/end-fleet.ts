import { setTimeout as sleep } from 'node:timers/promises';
import { EC2Client, paginateDescribeInstances, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { DisableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, NoSuchBucket, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { FLEET_STATE_KEY } from '../../shared/fleet-state.ts';
import { TAGS } from '../../shared/tags.ts';
import { type Account, DeploymentError } from './account.ts';
import { BAKED_TAG } from './images.ts';
import type { Stack } from './stack.ts';

/** A state that far ahead, in ms, is another tick's slot to every tick of the minute that may still run. */
const HELD_MS = 58_000;
/** What a tick that had looked before it was held may take to launch, in ms. */
const LAUNCHING_MS = 10_000;
const POLL_MS = 2_000;
const DEADLINE_MS = 10 * 60_000;

/** Switches the load balancer off: no minute begins another run, and a run under way launches nothing any more. */
export async function switchOff(account: Account, stack: Stack): Promise<void> {
  const events = new EventBridgeClient(account);
  const s3 = new S3Client(account);
  try {
    for (const Name of stack.ofType('AWS::Events::Rule')) await events.send(new DisableRuleCommand({ Name }));
    await holdTicks(s3, stack.id('Bucket'));
  } finally {
    events.destroy();
    s3.destroy();
  }
}

const state = z.looseObject({ tickedAt: z.number() });

/** Takes the slots of the next minute: each tick finds that another was there, and acts on nothing. */
async function holdTicks(s3: S3Client, Bucket: string): Promise<void> {
  const object = { Bucket, Key: FLEET_STATE_KEY };
  try {
    const { Body } = await s3.send(new GetObjectCommand(object));
    const last = state.parse(JSON.parse((await Body?.transformToString()) ?? ''));
    const held = JSON.stringify({
      ...last,
      tickedAt: Date.now() + HELD_MS,
      reason: 'the stage is being removed',
    });
    await s3.send(new PutObjectCommand({ ...object, Body: held }));
  } catch (error) {
    if (!(error instanceof NoSuchKey || error instanceof NoSuchBucket)) throw error; // else none has ticked yet
  }
}

/**
 * Ends all machines of a stage, and waits until they are gone: till then they hold on to their network.
 * @param onProgress told how many are left
 * @throws {DeploymentError} where some are still there after ten minutes
 */
export async function endFleet(
  account: Account,
  stage: string,
  onProgress: (left: number) => void,
): Promise<void> {
  const ec2 = new EC2Client(account);
  const beganAt = performance.now();
  const ended = new Set<string>();
  try {
    for (;;) {
      const left = await listMachines(ec2, stage);
      const elapsedMs = performance.now() - beganAt;
      if (left.length === 0 && elapsedMs >= LAUNCHING_MS) return;
      if (elapsedMs >= DEADLINE_MS)
        throw new DeploymentError(
          `These machines do not end: ${left.join(', ')}. End them, and remove again.`,
        );
      onProgress(left.length);
      const InstanceIds = left.filter((id) => !ended.has(id));
      if (InstanceIds.length > 0) await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
      for (const id of InstanceIds) ended.add(id);
      await sleep(POLL_MS);
    }
  } finally {
    ec2.destroy();
  }
}

/** The ids of a stage's machines in any state but `terminated`: its workers, and one that a `bake` which was killed left. */
export async function listMachines(ec2: EC2Client, stage: string): Promise<string[]> {
  const ids = await Promise.all([TAGS.stage, BAKED_TAG].map((tag) => machinesTagged(ec2, tag, stage)));
  return ids.flat();
}

/** The ids of the machines with a tag, in any state but `terminated`. */
export async function machinesTagged(ec2: EC2Client, tag: string, value: string): Promise<string[]> {
  const states = ['pending', 'running', 'shutting-down', 'stopping', 'stopped'];
  const pages = paginateDescribeInstances(
    { client: ec2 },
    {
      Filters: [
        { Name: `tag:${tag}`, Values: [value] },
        { Name: 'instance-state-name', Values: states },
      ],
    },
  );
  const ids: string[] = [];
  for await (const { Reservations = [] } of pages)
    for (const { Instances = [] } of Reservations)
      ids.push(...Instances.flatMap(({ InstanceId }) => InstanceId ?? []));
  return ids;
}
