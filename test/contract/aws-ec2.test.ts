import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ContractClients, connectContract, isEmbedded } from '../../local/aws/contract-clients.ts';

const run = randomUUID().slice(0, 8);
const templateName = `contract-${run}`;
const tagged = (value: string) => [
  { ResourceType: 'instance' as const, Tags: [{ Key: 'contract', Value: `${run}/${value}` }] },
];
const soon = { timeout: 5_000, interval: 20 };

let clients: ContractClients;
let ec2: sdk.EC2Client;
let templateId: string;

beforeAll(async () => {
  clients = await connectContract();
  ec2 = clients.ec2;
  const { LaunchTemplate } = await ec2.send(
    new sdk.CreateLaunchTemplateCommand({
      LaunchTemplateName: templateName,
      LaunchTemplateData: {
        ImageId: 'ami-0123456789abcdef0',
        InstanceType: 'c7i.large',
        UserData: Buffer.from('#!/bin/sh\necho first').toString('base64'),
        InstanceInitiatedShutdownBehavior: 'terminate',
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'from-template', Value: 'yes' }] }],
      },
    }),
  );
  templateId = LaunchTemplate?.LaunchTemplateId ?? '';
});

afterAll(async () => {
  const InstanceIds = (await describeAll('*')).map((instance) => instance.InstanceId ?? '');
  if (InstanceIds.length > 0) await ec2.send(new sdk.TerminateInstancesCommand({ InstanceIds }));
  await ec2.send(new sdk.DeleteLaunchTemplateCommand({ LaunchTemplateName: templateName })).catch(() => {});
  await clients.stop();
});

interface FleetRequest extends Partial<sdk.CreateFleetCommandInput> {
  readonly overrides?: sdk.FleetLaunchTemplateOverridesRequest[];
  readonly version?: string;
}

function createFleet(test: string, count: number, { overrides, version = '1', ...more }: FleetRequest = {}) {
  const LaunchTemplateSpecification = { LaunchTemplateName: templateName, Version: version };
  return ec2.send(
    new sdk.CreateFleetCommand({
      Type: 'instant',
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification, Overrides: overrides }],
      TargetCapacitySpecification: { TotalTargetCapacity: count, DefaultTargetCapacityType: 'on-demand' },
      TagSpecifications: tagged(test),
      ...more,
    }),
  );
}

const idsOf = (fleet: sdk.CreateFleetCommandOutput) =>
  fleet.Instances?.flatMap((set) => set.InstanceIds ?? []) ?? [];

async function describeInstances(input: sdk.DescribeInstancesCommandInput): Promise<sdk.Instance[]> {
  const { Reservations = [] } = await ec2.send(new sdk.DescribeInstancesCommand(input));
  return Reservations.flatMap((reservation) => reservation.Instances ?? []);
}

/** The instances of one test, by the value of their tag. */
const describeAll = (test: string, ...Filters: sdk.Filter[]) =>
  describeInstances({ Filters: [{ Name: 'tag:contract', Values: [`${run}/${test}`] }, ...Filters] });

async function stateOf(InstanceId: string): Promise<string | undefined> {
  return (await describeInstances({ InstanceIds: [InstanceId] }))[0]?.State?.Name;
}

async function launchOne(test: string, more: FleetRequest = {}): Promise<string> {
  const [id = ''] = idsOf(await createFleet(test, 1, more));
  await vi.waitFor(async () => expect(await stateOf(id)).toBe('running'), soon);
  return id;
}

const terminate = (...InstanceIds: string[]) => ec2.send(new sdk.TerminateInstancesCommand({ InstanceIds }));

describe('a fleet', () => {
  it('launches its whole capacity from the template, with the tags of both and those of AWS', async () => {
    const fleet = await createFleet('whole', 3);
    expect(fleet.Errors ?? []).toEqual([]);
    expect(fleet.Instances).toMatchObject([{ InstanceType: 'c7i.large', Lifecycle: 'on-demand' }]);
    const ids = idsOf(fleet);
    expect(new Set(ids).size).toBe(3);
    const instances = await describeAll('whole');
    expect(instances.map((instance) => instance.InstanceId).sort()).toEqual([...ids].sort());
    const tags = Object.fromEntries((instances[0]?.Tags ?? []).map((tag) => [tag.Key, tag.Value]));
    expect(tags).toEqual({
      contract: `${run}/whole`,
      'from-template': 'yes',
      'aws:ec2launchtemplate:id': templateId,
      'aws:ec2launchtemplate:version': '1',
      'aws:ec2:fleet-id': fleet.FleetId,
    });
    expect(instances[0]).toMatchObject({ ImageId: 'ami-0123456789abcdef0', InstanceType: 'c7i.large' });
    expect(instances[0]?.LaunchTime?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    await vi.waitFor(async () => expect(await stateOf(ids[2] ?? '')).toBe('running'), soon);
  });

  it('takes the override that comes first, or has the best priority', async () => {
    const overrides = [
      { InstanceType: 'c7a.large' as const, AvailabilityZone: 'us-east-1b', Priority: 2 },
      { InstanceType: 'c6i.large' as const, AvailabilityZone: 'us-east-1c', Priority: 1 },
    ];
    const OnDemandOptions = { AllocationStrategy: 'prioritized' as const };
    await createFleet('override', 1, { overrides, OnDemandOptions });
    const [instance] = await describeAll('override');
    expect(instance?.InstanceType).toBe('c6i.large');
    expect(instance?.Placement?.AvailabilityZone).toBe('us-east-1c');
  });

  it('is created once for a client token', async () => {
    const ClientToken = randomUUID();
    const first = await createFleet('token', 2, { ClientToken });
    const second = await createFleet('token', 2, { ClientToken });
    expect(second.FleetId).toBe(first.FleetId);
    expect(idsOf(second)).toEqual(idsOf(first));
    expect(await describeAll('token')).toHaveLength(2);
    const mismatch = { name: 'IdempotentParameterMismatch' };
    await expect(createFleet('token', 3, { ClientToken })).rejects.toMatchObject(mismatch);
  });

  it('of an unknown template, or an unknown version, is refused by name', async () => {
    const withTemplate = (specification: sdk.FleetLaunchTemplateSpecificationRequest) =>
      createFleet('unknown', 1, { LaunchTemplateConfigs: [{ LaunchTemplateSpecification: specification }] });
    await expect(withTemplate({ LaunchTemplateName: `${run}-none`, Version: '1' })).rejects.toMatchObject({
      name: 'InvalidLaunchTemplateName.NotFoundException',
    });
    await expect(withTemplate({ LaunchTemplateId: templateId, Version: '99' })).rejects.toMatchObject({
      name: 'InvalidLaunchTemplateId.VersionNotFound',
    });
    expect(await describeAll('unknown')).toEqual([]);
  });

  it.runIf(isEmbedded)('of another type, and RunInstances, are refused by name', async () => {
    await expect(createFleet('type', 1, { Type: 'maintain' })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    const runInstances = new sdk.RunInstancesCommand({ MinCount: 1, MaxCount: 1 });
    await expect(ec2.send(runInstances)).rejects.toMatchObject({ name: 'InvalidAction' });
  });
});

describe.runIf(isEmbedded)('a machine', () => {
  const launchedAs = (id: string) => {
    const found = clients.launched.findLast(({ machine }) => machine.instanceId === id);
    if (found === undefined) throw new Error(`${id} was not launched.`);
    return found;
  };

  it('is told who it is and what it has to run', async () => {
    const { machine } = launchedAs(await launchOne('told'));
    expect(machine).toMatchObject({
      instanceType: 'c7i.large',
      launchTemplate: { id: templateId, name: templateName, version: 1 },
      userData: '#!/bin/sh\necho first',
    });
    expect(machine.tags).toMatchObject({ 'from-template': 'yes', 'aws:ec2launchtemplate:id': templateId });
  });

  it('that shuts itself down is terminated, and says why', async () => {
    const id = await launchOne('itself');
    launchedAs(id).process.kill('SIGINT');
    await vi.waitFor(async () => expect(await stateOf(id)).toBe('terminated'), soon);
    const [instance] = await describeInstances({ InstanceIds: [id] });
    expect(instance?.StateReason?.Code).toBe('Client.InstanceInitiatedShutdown');
  });

  it('that is terminated ends with its process', async () => {
    const id = await launchOne('ended');
    const { TerminatingInstances } = await terminate(id);
    expect(TerminatingInstances).toMatchObject([
      {
        InstanceId: id,
        PreviousState: { Name: 'running' },
        CurrentState: { Name: 'shutting-down', Code: 32 },
      },
    ]);
    await vi.waitFor(async () => expect(await stateOf(id)).toBe('terminated'), soon);
    expect(launchedAs(id).process.signalCode).toBe('SIGTERM');
    expect((await terminate(id)).TerminatingInstances?.[0]?.CurrentState?.Name).toBe('terminated');
  });

  it('that is stopped can be started again, and gets a new process', async () => {
    const id = await launchOne('again');
    const before = launchedAs(id).process;
    await ec2.send(new sdk.StopInstancesCommand({ InstanceIds: [id] }));
    await vi.waitFor(async () => expect(await stateOf(id)).toBe('stopped'), soon);
    await ec2.send(new sdk.StartInstancesCommand({ InstanceIds: [id] }));
    await vi.waitFor(async () => expect(await stateOf(id)).toBe('running'), soon);
    expect(launchedAs(id).process).not.toBe(before);
  });

  it('whose launch fails is terminated with a reason', async () => {
    const failing = await connectContract({
      launch: () => {
        throw new Error('no such program');
      },
    });
    const send = failing.ec2.send.bind(failing.ec2);
    const LaunchTemplateData = { InstanceType: 'c7i.large' as const };
    await send(new sdk.CreateLaunchTemplateCommand({ LaunchTemplateName: 'failing', LaunchTemplateData }));
    const LaunchTemplateSpecification = { LaunchTemplateName: 'failing', Version: '$Latest' };
    await send(
      new sdk.CreateFleetCommand({
        Type: 'instant',
        LaunchTemplateConfigs: [{ LaunchTemplateSpecification }],
        TargetCapacitySpecification: { TotalTargetCapacity: 1 },
      }),
    );
    await vi.waitFor(async () => {
      const { Reservations } = await send(new sdk.DescribeInstancesCommand());
      const instance = Reservations?.[0]?.Instances?.[0];
      expect(instance?.State?.Name).toBe('terminated');
      expect(instance?.StateReason?.Message).toContain('no such program');
    }, soon);
    await failing.stop();
  });

  it('is pending for its boot delay, and one ended in that time is never launched', async () => {
    const slow = await connectContract({ bootDelayMs: () => 300 });
    const send = slow.ec2.send.bind(slow.ec2);
    const LaunchTemplateData = { InstanceType: 'c7i.large' as const };
    await send(new sdk.CreateLaunchTemplateCommand({ LaunchTemplateName: 'slow', LaunchTemplateData }));
    const fleet = await send(
      new sdk.CreateFleetCommand({
        Type: 'instant',
        LaunchTemplateConfigs: [
          { LaunchTemplateSpecification: { LaunchTemplateName: 'slow', Version: '1' } },
        ],
        TargetCapacitySpecification: { TotalTargetCapacity: 2 },
      }),
    );
    const [ended = '', booted = ''] = idsOf(fleet);
    const states = async () => {
      const { Reservations } = await send(new sdk.DescribeInstancesCommand());
      return Reservations?.[0]?.Instances?.map((instance) => instance.State?.Name);
    };
    expect(await states()).toEqual(['pending', 'pending']);
    await send(new sdk.TerminateInstancesCommand({ InstanceIds: [ended] }));
    await vi.waitFor(async () => expect(await states()).toEqual(['terminated', 'running']), soon);
    expect(slow.launched.map(({ machine }) => machine.instanceId)).toEqual([booted]);
    await slow.stop();
    await vi.waitFor(() => expect(slow.launched[0]?.process.signalCode).toBe('SIGKILL'), soon);
  });

  it('beyond the limit comes back as an error, beside those that were launched', async () => {
    const small = await connectContract({ instanceLimit: 2 });
    const send = small.ec2.send.bind(small.ec2);
    const LaunchTemplateData = { InstanceType: 'c7i.large' as const };
    await send(new sdk.CreateLaunchTemplateCommand({ LaunchTemplateName: 'small', LaunchTemplateData }));
    const LaunchTemplateSpecification = { LaunchTemplateName: 'small', Version: '$Default' };
    const launch = () =>
      send(
        new sdk.CreateFleetCommand({
          Type: 'instant',
          LaunchTemplateConfigs: [{ LaunchTemplateSpecification }],
          TargetCapacitySpecification: { TotalTargetCapacity: 3 },
        }),
      );
    const partial = await launch();
    expect(idsOf(partial)).toHaveLength(2);
    expect(partial.Errors).toMatchObject([{ ErrorCode: 'VcpuLimitExceeded', Lifecycle: 'on-demand' }]);
    const none = await launch();
    expect(idsOf(none)).toEqual([]);
    expect(none.Errors).toHaveLength(1);
    await small.stop();
  });
});

describe('a description', () => {
  it('can be filtered: every filter by any of its values, with wildcards', async () => {
    const id = await launchOne('filter/a');
    await createFleet('filter/b', 1, { overrides: [{ InstanceType: 'c6i.large' }] });
    const count = async (...filters: sdk.Filter[]) => (await describeAll('filter/*', ...filters)).length;
    expect(await count()).toBe(2);
    expect(await count({ Name: 'instance-type', Values: ['c6i.*', 'm5.large'] })).toBe(1);
    expect(await count({ Name: 'instance-type', Values: ['c?i.large'] })).toBe(2);
    expect(await count({ Name: 'instance-type', Values: ['c6ixlarge'] })).toBe(0);
    expect(await count({ Name: 'instance-state-name', Values: ['stopped', 'terminated'] })).toBe(0);
    expect(await count({ Name: 'tag-key', Values: ['from-template'] })).toBe(2);
    expect(await count({ Name: 'tag-key', Values: ['nothing'] })).toBe(0);
    expect(await count({ Name: 'tag:nothing', Values: ['*'] })).toBe(0);
    if (isEmbedded) expect(await count({ Name: 'instance-id', Values: [id] })).toBe(1);
    if (isEmbedded) await expect(count({ Name: 'nonsense', Values: ['x'] })).rejects.toThrow("'nonsense'");
  });

  it.runIf(isEmbedded)('comes in pages, each instance once', async () => {
    await createFleet('pages', 12);
    const sizes: number[] = [];
    const ids = new Set<string | undefined>();
    const Filters = [{ Name: 'tag:contract', Values: [`${run}/pages`] }];
    for await (const page of sdk.paginateDescribeInstances({ client: ec2, pageSize: 5 }, { Filters })) {
      const instances = page.Reservations?.flatMap((reservation) => reservation.Instances ?? []) ?? [];
      sizes.push(instances.length);
      for (const instance of instances) ids.add(instance.InstanceId);
    }
    expect(sizes).toEqual([5, 5, 2]);
    expect(ids.size).toBe(12);
  });

  it('of an instance that does not exist is refused, as is ending it', async () => {
    const unknown = 'i-0123456789abcdef0';
    const notFound = { name: 'InvalidInstanceID.NotFound' };
    const id = await launchOne('missing');
    await expect(describeInstances({ InstanceIds: [unknown] })).rejects.toMatchObject(notFound);
    await expect(terminate(id, unknown)).rejects.toMatchObject(notFound);
    expect(await stateOf(id)).toBe('running');
    if (isEmbedded)
      await expect(terminate('nonsense')).rejects.toMatchObject({ name: 'InvalidInstanceID.Malformed' });
  });

  it.runIf(isEmbedded)(
    'of a terminated instance stays, but it can be neither started nor stopped',
    async () => {
      const id = await launchOne('over');
      await terminate(id);
      await vi.waitFor(async () => expect(await stateOf(id)).toBe('terminated'), soon);
      const wrongState = { name: 'IncorrectInstanceState' };
      await expect(ec2.send(new sdk.StartInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject(
        wrongState,
      );
      await expect(ec2.send(new sdk.StopInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject(
        wrongState,
      );
    },
  );
});

describe('tags', () => {
  it('can be set, replaced and taken away', async () => {
    const id = await launchOne('tags');
    const Resources = [id];
    const tagValue = async (key: string) => {
      const [instance] = await describeInstances({ InstanceIds: Resources });
      return instance?.Tags?.find((tag) => tag.Key === key)?.Value;
    };
    const Key = 'classifycloud:state';
    await ec2.send(new sdk.CreateTagsCommand({ Resources, Tags: [{ Key, Value: 'booting' }] }));
    await ec2.send(new sdk.CreateTagsCommand({ Resources, Tags: [{ Key, Value: 'ready' }] }));
    expect(await tagValue(Key)).toBe('ready');
    const { Tags } = await ec2.send(
      new sdk.DescribeTagsCommand({
        Filters: [
          { Name: 'resource-id', Values: Resources },
          { Name: 'key', Values: [Key] },
        ],
      }),
    );
    expect(Tags).toMatchObject([{ ResourceId: id, ResourceType: 'instance', Key, Value: 'ready' }]);
    await ec2.send(new sdk.DeleteTagsCommand({ Resources, Tags: [{ Key }] }));
    expect(await tagValue(Key)).toBeUndefined();
    expect(await tagValue('contract')).toBe(`${run}/tags`);
  });

  it.runIf(isEmbedded)("of AWS's own cannot be touched, nor those of what does not exist", async () => {
    const Resources = [await launchOne('reserved')];
    const tag = { Key: 'aws:ec2:fleet-id', Value: 'x' };
    const reserved = { name: 'InvalidParameterValue' };
    await expect(ec2.send(new sdk.CreateTagsCommand({ Resources, Tags: [tag] }))).rejects.toMatchObject(
      reserved,
    );
    await expect(ec2.send(new sdk.DeleteTagsCommand({ Resources, Tags: [tag] }))).rejects.toMatchObject(
      reserved,
    );
    const missing = { Resources: ['i-0123456789abcdef0'], Tags: [{ Key: 'a', Value: 'b' }] };
    const notFound = { name: 'InvalidInstanceID.NotFound' };
    await expect(ec2.send(new sdk.CreateTagsCommand(missing))).rejects.toMatchObject(notFound);
  });
});

describe('a launch template', () => {
  it('has versions, each of which a fleet can name', async () => {
    const LaunchTemplateName = `${templateName}-versions`;
    const LaunchTemplateData = { ImageId: 'ami-1', InstanceType: 'c7i.large' as const };
    const create = () =>
      ec2.send(new sdk.CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
    await create();
    await expect(create()).rejects.toMatchObject({
      name: 'InvalidLaunchTemplateName.AlreadyExistsException',
    });
    const { LaunchTemplateVersion } = await ec2.send(
      new sdk.CreateLaunchTemplateVersionCommand({
        LaunchTemplateName,
        SourceVersion: '1',
        VersionDescription: 'second',
        LaunchTemplateData: { InstanceType: 'c7i.xlarge' },
      }),
    );
    expect(LaunchTemplateVersion?.VersionNumber).toBe(2);
    const { LaunchTemplates } = await ec2.send(
      new sdk.DescribeLaunchTemplatesCommand({ LaunchTemplateNames: [LaunchTemplateName] }),
    );
    expect(LaunchTemplates).toMatchObject([{ DefaultVersionNumber: 1, LatestVersionNumber: 2 }]);
    const typeOf = async (Version: string) => {
      const LaunchTemplateSpecification = { LaunchTemplateName, Version };
      const fleet = await createFleet('versions', 1, {
        LaunchTemplateConfigs: [{ LaunchTemplateSpecification }],
      });
      return fleet.Instances?.[0]?.InstanceType;
    };
    expect(await typeOf('$Default')).toBe('c7i.large');
    expect(await typeOf('$Latest')).toBe('c7i.xlarge');
    await ec2.send(new sdk.ModifyLaunchTemplateCommand({ LaunchTemplateName, DefaultVersion: '2' }));
    expect(await typeOf('$Default')).toBe('c7i.xlarge');
    expect(await typeOf('1')).toBe('c7i.large');
    await ec2.send(new sdk.DeleteLaunchTemplateCommand({ LaunchTemplateName }));
  });

  it('is described as it was made', async () => {
    const { LaunchTemplateVersions = [] } = await ec2.send(
      new sdk.DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: templateId, Versions: ['$Latest'] }),
    );
    expect(LaunchTemplateVersions).toMatchObject([
      {
        LaunchTemplateName: templateName,
        VersionNumber: 1,
        DefaultVersion: true,
        LaunchTemplateData: {
          ImageId: 'ami-0123456789abcdef0',
          InstanceInitiatedShutdownBehavior: 'terminate',
          TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'from-template', Value: 'yes' }] }],
        },
      },
    ]);
    const unknown = new sdk.DescribeLaunchTemplatesCommand({ LaunchTemplateNames: [`${run}-none`] });
    const notFound = { name: 'InvalidLaunchTemplateName.NotFoundException' };
    await expect(ec2.send(unknown)).rejects.toMatchObject(notFound);
  });

  it.runIf(isEmbedded)('whose user data is not base64 is refused', async () => {
    const LaunchTemplateData = { UserData: '#!/bin/sh' };
    const command = new sdk.CreateLaunchTemplateCommand({
      LaunchTemplateName: `${run}-bad`,
      LaunchTemplateData,
    });
    await expect(ec2.send(command)).rejects.toMatchObject({ name: 'InvalidUserData.Malformed' });
  });
});
