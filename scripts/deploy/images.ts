import {
  CreateImageCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
  waitUntilImageAvailable,
  waitUntilInstanceStopped,
} from '@aws-sdk/client-ec2';
import {
  DeleteParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { type Account, DeploymentError } from './account.ts';

/**
 * Of an image that was baked, of its snapshot, and of the machine that it is made of: the stage. Not the fleet's own tag,
 * whose machines are counted.
 */
export const BAKED_TAG = 'classifycloud:image-of';
const INSTALL_SECONDS = 600;
const IMAGE_SECONDS = 1_800;

/** The SSM parameter with a stage's image; IMAGE_PARAMETER takes it. */
export const imageParameter = (stage: string): string => `/classifycloud/${stage}/image`;

export interface BakeOptions {
  readonly account: Account;
  readonly stage: string;
  readonly launchTemplateId: string;
  readonly subnetId: string;
  /** Of the launch template. */
  readonly userData: string;
  /** Aborting ends the machine, and rejects. */
  readonly signal: AbortSignal;
  onStep(title: string): void;
}

/**
 * Makes an image that has the bundle: launches a machine from the stage's template that installs it and powers off, makes
 * an image of that, and names it in the stage's parameter. Images baked before are removed.
 * @returns the image's id
 * @throws {DeploymentError} The machine did not come so far.
 */
export async function bakeImage({
  account,
  stage,
  onStep,
  signal: abortSignal,
  ...machine
}: BakeOptions): Promise<string> {
  const ec2 = new EC2Client(account);
  const waiting = { client: ec2, abortSignal };
  let instanceId: string | undefined;
  try {
    onStep('launching a machine that installs the bundle');
    instanceId = await launch(ec2, stage, machine);
    await waitUntilInstanceStopped(
      { ...waiting, maxWaitTime: INSTALL_SECONDS },
      { InstanceIds: [instanceId] },
    ).catch((cause: unknown) => {
      if (abortSignal.aborted) throw new DeploymentError(`Stopped. ${instanceId} is being ended.`, { cause });
      throw new DeploymentError(
        `${instanceId} did not install the bundle. Why: aws ec2 get-console-output --latest --instance-id ${instanceId}`,
        { cause },
      );
    });
    onStep('making an image of it');
    const Tags = [{ Key: BAKED_TAG, Value: stage }];
    const { ImageId = '' } = await ec2.send(
      new CreateImageCommand({
        InstanceId: instanceId,
        Name: `classifycloud-${stage}-${new Date().toISOString().replace(/[:.]/g, '-')}`,
        TagSpecifications: [
          { ResourceType: 'image', Tags },
          { ResourceType: 'snapshot', Tags },
        ],
      }),
    );
    await waitUntilImageAvailable({ ...waiting, maxWaitTime: IMAGE_SECONDS }, { ImageIds: [ImageId] });
    await nameImage(account, stage, ImageId);
    await deregister(ec2, stage, ImageId);
    return ImageId;
  } finally {
    if (instanceId) await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    ec2.destroy();
  }
}

async function launch(
  ec2: EC2Client,
  stage: string,
  { launchTemplateId, subnetId, userData }: Pick<BakeOptions, 'launchTemplateId' | 'subnetId' | 'userData'>,
): Promise<string> {
  const script = userData.replace(/^#!.*\n/, '#!/bin/bash\nexport CLASSIFYCLOUD_BAKE=1\n');
  const { Instances: [instance] = [] } = await ec2.send(
    new RunInstancesCommand({
      LaunchTemplate: { LaunchTemplateId: launchTemplateId, Version: '$Latest' },
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnetId,
      UserData: Buffer.from(script).toString('base64'),
      InstanceInitiatedShutdownBehavior: 'stop',
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: [
            { Key: 'Name', Value: `classifycloud-${stage}-bake` },
            { Key: BAKED_TAG, Value: stage },
          ],
        },
      ],
    }),
  );
  if (instance?.InstanceId === undefined) throw new DeploymentError('EC2 launched no machine');
  return instance.InstanceId;
}

async function nameImage(account: Account, stage: string, Value: string): Promise<void> {
  const ssm = new SSMClient(account);
  const parameter = {
    Name: imageParameter(stage),
    Value,
    Type: 'String',
    DataType: 'aws:ec2:image',
    Overwrite: true,
  } as const;
  await ssm.send(new PutParameterCommand(parameter)).finally(() => ssm.destroy());
}

async function deregister(ec2: EC2Client, stage: string, but?: string): Promise<void> {
  const { Images = [] } = await ec2.send(
    new DescribeImagesCommand({ Owners: ['self'], Filters: [{ Name: `tag:${BAKED_TAG}`, Values: [stage] }] }),
  );
  for (const { ImageId, BlockDeviceMappings = [] } of Images.filter((image) => image.ImageId !== but)) {
    await ec2.send(new DeregisterImageCommand({ ImageId }));
    const snapshots = BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
    for (const SnapshotId of snapshots) await ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
  }
}

/** Removes a stage's images, their snapshots, and the parameter that names the last. */
export async function removeImages(account: Account, stage: string): Promise<void> {
  const ec2 = new EC2Client(account);
  const ssm = new SSMClient(account);
  try {
    await deregister(ec2, stage);
    await ssm.send(new DeleteParameterCommand({ Name: imageParameter(stage) }));
  } catch (error) {
    if (!(error instanceof ParameterNotFound)) throw error; // none was ever baked
  } finally {
    ec2.destroy();
    ssm.destroy();
  }
}
