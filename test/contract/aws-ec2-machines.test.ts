import * as sdk from '@aws-sdk/client-ec2';
import { describe, expect, it, vi } from 'vitest';
import { type ContractClients, connectContract, isEmbedded } from '../../local/aws/testing/clients.ts';
import { contractFleets, idsOf, SOON } from '../../local/aws/testing/fleets.ts';

const fleets = contractFleets();
const { templateName, templateId, client, launched } = fleets;
const { describeInstances, reach, launchOne, terminate } = fleets;

describe.runIf(isEmbedded)('a machine', () => {
  const launchedAs = (id: string) => {
    const found = launched().findLast(({ machine }) => machine.instanceId === id);
    if (found === undefined) throw new Error(`${id} was not launched.`);
    return found;
  };

  it('is told who it is and what it has to run', async () => {
    const { machine } = launchedAs(await launchOne('told'));
    expect(machine).toMatchObject({
      instanceType: 'c7i.large',
      launchTemplate: { id: templateId(), name: templateName, version: 1 },
      userData: '#!/bin/sh\necho first',
    });
    expect(machine.tags).toMatchObject({ 'from-template': 'yes', 'aws:ec2launchtemplate:id': templateId() });
  });

  it('that shuts itself down is terminated, and says why', async () => {
    const id = await launchOne('itself');
    launchedAs(id).process.kill('SIGINT');
    await reach(id, 'terminated');
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
    await reach(id, 'terminated');
    expect(launchedAs(id).process.signalCode).toBe('SIGTERM');
    expect((await terminate(id)).TerminatingInstances?.[0]?.CurrentState?.Name).toBe('terminated');
  });

  it('that is stopped can be started again, and gets a new process', async () => {
    const id = await launchOne('again');
    const before = launchedAs(id).process;
    await client().send(new sdk.StopInstancesCommand({ InstanceIds: [id] }));
    await reach(id, 'stopped');
    await client().send(new sdk.StartInstancesCommand({ InstanceIds: [id] }));
    await reach(id, 'running');
    expect(launchedAs(id).process).not.toBe(before);
  });

  it('whose launch fails is terminated with a reason', async () => {
    const launch = () => {
      throw new Error('no such program');
    };
    const failing = await connectContract({ launch });
    await launchOn(failing, 1);
    await vi.waitFor(async () => {
      const [instance] = await instancesOf(failing);
      expect(instance?.State?.Name).toBe('terminated');
      expect(instance?.StateReason?.Message).toContain('no such program');
    }, SOON);
    await failing.stop();
  });

  it('is pending for its boot delay, and one ended in that time is never launched', async () => {
    const slow = await connectContract({ bootDelayMs: () => 300 });
    const [ended = '', booted = ''] = idsOf(await launchOn(slow, 2));
    const states = async () => (await instancesOf(slow)).map((instance) => instance.State?.Name);
    expect(await states()).toEqual(['pending', 'pending']);
    await slow.ec2.send(new sdk.TerminateInstancesCommand({ InstanceIds: [ended] }));
    await vi.waitFor(async () => expect(await states()).toEqual(['terminated', 'running']), SOON);
    expect(slow.launched.map(({ machine }) => machine.instanceId)).toEqual([booted]);
    await slow.stop();
  });

  it('beyond the limit comes back as an error, beside those that were launched', async () => {
    const small = await connectContract({ instanceLimit: 2 });
    const partial = await launchOn(small, 3);
    expect(idsOf(partial)).toHaveLength(2);
    expect(partial.Errors).toMatchObject([{ ErrorCode: 'VcpuLimitExceeded', Lifecycle: 'on-demand' }]);
    const none = await launchOn(small, 1);
    expect(idsOf(none)).toEqual([]);
    expect(none.Errors).toHaveLength(1);
    await small.stop();
  });
});

/** Launches machines at an endpoint of a test's own. */
async function launchOn({ ec2 }: ContractClients, count: number): Promise<sdk.CreateFleetCommandOutput> {
  const LaunchTemplateName = `machines-${count}`;
  const LaunchTemplateData = { InstanceType: 'c7i.large' as const };
  await ec2.send(new sdk.CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
  return ec2.send(
    new sdk.CreateFleetCommand({
      Type: 'instant',
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateName, Version: '$Latest' } }],
      TargetCapacitySpecification: { TotalTargetCapacity: count },
    }),
  );
}

async function instancesOf({ ec2 }: ContractClients): Promise<sdk.Instance[]> {
  const { Reservations = [] } = await ec2.send(new sdk.DescribeInstancesCommand());
  return Reservations.flatMap((reservation) => reservation.Instances ?? []);
}
