import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { type ContractClients, connectContract } from './clients.ts';

/** A fleet request, with the parts that tests vary most under short names. */
export interface FleetRequest extends Partial<sdk.CreateFleetCommandInput> {
  readonly overrides?: sdk.FleetLaunchTemplateOverridesRequest[];
  readonly version?: string;
}

/** How long a change of state may take to show. */
export const SOON = { timeout: 5_000, interval: 20 };

export const idsOf = (fleet: sdk.CreateFleetCommandOutput): string[] =>
  fleet.Instances?.flatMap((set) => set.InstanceIds ?? []) ?? [];

/** What a contract test of EC2 does again and again; makes a launch template first, and cleans up at the end. */
export function contractFleets() {
  const run = randomUUID().slice(0, 8);
  const templateName = `contract-${run}`;
  let clients: ContractClients;
  let templateId = '';

  beforeAll(async () => {
    clients = await connectContract();
    const LaunchTemplateData: sdk.RequestLaunchTemplateData = {
      ImageId: 'ami-0123456789abcdef0',
      InstanceType: 'c7i.large',
      UserData: Buffer.from('#!/bin/sh\necho first').toString('base64'),
      InstanceInitiatedShutdownBehavior: 'terminate',
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'from-template', Value: 'yes' }] }],
    };
    const command = new sdk.CreateLaunchTemplateCommand({
      LaunchTemplateName: templateName,
      LaunchTemplateData,
    });
    templateId = (await clients.ec2.send(command)).LaunchTemplate?.LaunchTemplateId ?? '';
  });
  afterAll(async () => {
    const ids = (await describeAll('*')).map((instance) => instance.InstanceId ?? '');
    if (ids.length > 0) await terminate(...ids);
    await clients.ec2.send(new sdk.DeleteLaunchTemplateCommand({ LaunchTemplateName: templateName }));
    await clients.stop();
  });

  /** Launches machines that carry the name of their test as a tag. */
  function createFleet(
    test: string,
    count: number,
    { overrides, version = '1', ...more }: FleetRequest = {},
  ) {
    const LaunchTemplateSpecification = { LaunchTemplateName: templateName, Version: version };
    const Tags = [{ Key: 'contract', Value: `${run}/${test}` }];
    return clients.ec2.send(
      new sdk.CreateFleetCommand({
        Type: 'instant',
        LaunchTemplateConfigs: [{ LaunchTemplateSpecification, Overrides: overrides }],
        TargetCapacitySpecification: { TotalTargetCapacity: count, DefaultTargetCapacityType: 'on-demand' },
        TagSpecifications: [{ ResourceType: 'instance', Tags }],
        ...more,
      }),
    );
  }

  async function describeInstances(input: sdk.DescribeInstancesCommandInput): Promise<sdk.Instance[]> {
    const { Reservations = [] } = await clients.ec2.send(new sdk.DescribeInstancesCommand(input));
    return Reservations.flatMap((reservation) => reservation.Instances ?? []);
  }

  /** The instances of one test, by its name. */
  const describeAll = (test: string, ...filters: sdk.Filter[]) =>
    describeInstances({ Filters: [{ Name: 'tag:contract', Values: [`${run}/${test}`] }, ...filters] });

  async function stateOf(id: string): Promise<string | undefined> {
    return (await describeInstances({ InstanceIds: [id] }))[0]?.State?.Name;
  }

  /** Waits until an instance is in a state. */
  const reach = (id: string, state: sdk.InstanceStateName) =>
    vi.waitFor(async () => expect(await stateOf(id)).toBe(state), SOON);

  async function launchOne(test: string): Promise<string> {
    const [id = ''] = idsOf(await createFleet(test, 1));
    await reach(id, 'running');
    return id;
  }

  const terminate = (...InstanceIds: string[]) =>
    clients.ec2.send(new sdk.TerminateInstancesCommand({ InstanceIds }));

  return {
    run,
    templateName,
    templateId: () => templateId,
    client: () => clients.ec2,
    launched: () => clients.launched,
    ...{ createFleet, describeInstances, describeAll, stateOf, reach, launchOne, terminate },
  };
}
