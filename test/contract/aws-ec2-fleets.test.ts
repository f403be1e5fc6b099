import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { isEmbedded } from '../../local/aws/testing/clients.ts';
import { contractFleets, idsOf } from '../../local/aws/testing/fleets.ts';

const fleets = contractFleets();
const { run, templateName, templateId, client, createFleet } = fleets;
const { describeInstances, describeAll, stateOf, reach, launchOne, terminate } = fleets;

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
      'aws:ec2launchtemplate:id': templateId(),
      'aws:ec2launchtemplate:version': '1',
      'aws:ec2:fleet-id': fleet.FleetId,
    });
    expect(instances[0]).toMatchObject({ ImageId: 'ami-0123456789abcdef0', InstanceType: 'c7i.large' });
    expect(instances[0]?.LaunchTime?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    await reach(ids[2] ?? '', 'running');
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
    await expect(withTemplate({ LaunchTemplateId: templateId(), Version: '99' })).rejects.toMatchObject({
      name: 'InvalidLaunchTemplateId.VersionNotFound',
    });
    expect(await describeAll('unknown')).toEqual([]);
  });

  it.runIf(isEmbedded)('of another type, and RunInstances, are refused by name', async () => {
    await expect(createFleet('type', 1, { Type: 'maintain' })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    const runInstances = new sdk.RunInstancesCommand({ MinCount: 1, MaxCount: 1 });
    await expect(client().send(runInstances)).rejects.toMatchObject({ name: 'InvalidAction' });
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
    for await (const page of sdk.paginateDescribeInstances({ client: client(), pageSize: 5 }, { Filters })) {
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
      await reach(id, 'terminated');
      const wrongState = { name: 'IncorrectInstanceState' };
      await expect(client().send(new sdk.StartInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject(
        wrongState,
      );
      await expect(client().send(new sdk.StopInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject(
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
    await client().send(new sdk.CreateTagsCommand({ Resources, Tags: [{ Key, Value: 'booting' }] }));
    await client().send(new sdk.CreateTagsCommand({ Resources, Tags: [{ Key, Value: 'ready' }] }));
    expect(await tagValue(Key)).toBe('ready');
    const { Tags } = await client().send(
      new sdk.DescribeTagsCommand({
        Filters: [
          { Name: 'resource-id', Values: Resources },
          { Name: 'key', Values: [Key] },
        ],
      }),
    );
    expect(Tags).toMatchObject([{ ResourceId: id, ResourceType: 'instance', Key, Value: 'ready' }]);
    await client().send(new sdk.DeleteTagsCommand({ Resources, Tags: [{ Key }] }));
    expect(await tagValue(Key)).toBeUndefined();
    expect(await tagValue('contract')).toBe(`${run}/tags`);
  });

  it.runIf(isEmbedded)("of AWS's own cannot be touched, nor those of what does not exist", async () => {
    const Resources = [await launchOne('reserved')];
    const tag = { Key: 'aws:ec2:fleet-id', Value: 'x' };
    const reserved = { name: 'InvalidParameterValue' };
    await expect(client().send(new sdk.CreateTagsCommand({ Resources, Tags: [tag] }))).rejects.toMatchObject(
      reserved,
    );
    await expect(client().send(new sdk.DeleteTagsCommand({ Resources, Tags: [tag] }))).rejects.toMatchObject(
      reserved,
    );
    const missing = { Resources: ['i-0123456789abcdef0'], Tags: [{ Key: 'a', Value: 'b' }] };
    const notFound = { name: 'InvalidInstanceID.NotFound' };
    await expect(client().send(new sdk.CreateTagsCommand(missing))).rejects.toMatchObject(notFound);
  });
});

describe('a launch template', () => {
  it('has versions, each of which a fleet can name', async () => {
    const LaunchTemplateName = `${templateName}-versions`;
    const LaunchTemplateData = { ImageId: 'ami-1', InstanceType: 'c7i.large' as const };
    const create = () =>
      client().send(new sdk.CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
    await create();
    await expect(create()).rejects.toMatchObject({
      name: 'InvalidLaunchTemplateName.AlreadyExistsException',
    });
    const { LaunchTemplateVersion } = await client().send(
      new sdk.CreateLaunchTemplateVersionCommand({
        LaunchTemplateName,
        SourceVersion: '1',
        VersionDescription: 'second',
        LaunchTemplateData: { InstanceType: 'c7i.xlarge' },
      }),
    );
    expect(LaunchTemplateVersion?.VersionNumber).toBe(2);
    const { LaunchTemplates } = await client().send(
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
    await client().send(new sdk.ModifyLaunchTemplateCommand({ LaunchTemplateName, DefaultVersion: '2' }));
    expect(await typeOf('$Default')).toBe('c7i.xlarge');
    expect(await typeOf('1')).toBe('c7i.large');
    await client().send(new sdk.DeleteLaunchTemplateCommand({ LaunchTemplateName }));
  });

  it('is described as it was made', async () => {
    const { LaunchTemplateVersions = [] } = await client().send(
      new sdk.DescribeLaunchTemplateVersionsCommand({
        LaunchTemplateId: templateId(),
        Versions: ['$Latest'],
      }),
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
    await expect(client().send(unknown)).rejects.toMatchObject(notFound);
  });

  it.runIf(isEmbedded)('whose user data is not base64 is refused', async () => {
    const LaunchTemplateData = { UserData: '#!/bin/sh' };
    const command = new sdk.CreateLaunchTemplateCommand({
      LaunchTemplateName: `${run}-bad`,
      LaunchTemplateData,
    });
    await expect(client().send(command)).rejects.toMatchObject({ name: 'InvalidUserData.Malformed' });
  });
});
