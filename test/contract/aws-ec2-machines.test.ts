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
    expect(slow.tagsOfRunning()).toEqual([]);
    await slow.ec2.send(new sdk.TerminateInstancesCommand({ InstanceIds: [ended] }));
    await vi.waitFor(async () => expect(await states()).toEqual(['terminated', 'running']), SOON);
    expect(slow.launched.map(({ machine }) => machine.instanceId)).toEqual([booted]);
    expect(slow.tagsOfRunning()).toEqual(slow.launched.map(({ machine }) => machine.tags));
    await slow.stop();
  });

  it('whose pool has no capacity left comes from the next override, and each pool that lacked it is told', async () => {
    const left: Record<string, number> = { 'c7a.medium': 1, 'c6a.large': 0 };
    const capacityOf = ({ instanceType }: { instanceType: string }) => left[instanceType] ?? 9;
    const scarce = await connectContract({ ec2Faults: { capacityOf } });
    const types = ['m7a.medium', 'c6a.large', 'c7a.medium'] as const;
    const Overrides = types.map((InstanceType, i) => ({ InstanceType, Priority: types.length - i }));
    const fleet = await launchOn(scarce, 3, { Overrides, AllocationStrategy: 'prioritized' });
    const launched = fleet.Instances?.map(({ InstanceType, InstanceIds }) => [
      InstanceType,
      InstanceIds?.length,
    ]);
    expect(launched).toEqual([
      ['c7a.medium', 1],
      ['m7a.medium', 2],
    ]);
    const told = fleet.Errors?.map(({ ErrorCode, LaunchTemplateAndOverrides }) => [
      ErrorCode,
      LaunchTemplateAndOverrides?.Overrides?.InstanceType,
    ]);
    expect(told).toEqual([
      ['InsufficientInstanceCapacity', 'c7a.medium'],
      ['InsufficientInstanceCapacity', 'c6a.large'],
    ]);
    const weighted = launchOn(scarce, 1, { Overrides: [{ WeightedCapacity: 2 }] });
    await expect(weighted).rejects.toThrow('WeightedCapacity');
    await scarce.stop();
  });

  it('of Spot cannot be stopped; it learns from its metadata, with a token, that it is taken back, and is', async () => {
    const spot = await connectContract();
    const [id = ''] = idsOf(await launchOn(spot, 1, { market: 'spot' }));
    await expect(spot.ec2.send(new sdk.StopInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
    });
    const base = `${spot.url}/_local/metadata/${id}/latest`;
    expect((await fetch(`${base}/meta-data/instance-id`)).status).toBe(401);
    const token = await (await fetch(`${base}/api/token`, { method: 'PUT' })).text();
    const ask = async (path: string) => {
      const response = await fetch(`${base}/meta-data/${path}`, {
        headers: { 'x-aws-ec2-metadata-token': token },
      });
      return response.ok ? response.text() : response.status;
    };
    expect(await ask('instance-id')).toBe(id);
    expect(await ask('tags/instance/aws:ec2launchtemplate:version')).toBe('1');
    expect(await ask('spot/instance-action')).toBe(404);
    spot.interrupt(id, 100);
    expect(JSON.parse(String(await ask('spot/instance-action')))).toMatchObject({ action: 'terminate' });
    await vi.waitFor(async () => {
      const [instance] = await instancesOf(spot);
      expect(instance?.State?.Name).toBe('terminated');
      expect(instance?.StateReason?.Code).toBe('Server.SpotInstanceTermination');
    }, SOON);
    await spot.stop();
  });

  it('that is too often asked for is not launched, and the account is told so', async () => {
    const refuse = (action: string) => (action === 'CreateFleet' ? 'RequestLimitExceeded' : undefined);
    const busy = await connectContract({ ec2Faults: { refuse } });
    await expect(launchOn(busy, 1)).rejects.toMatchObject({
      name: 'RequestLimitExceeded',
      $metadata: { httpStatusCode: 503 },
    });
    expect(await instancesOf(busy)).toEqual([]);
    await busy.stop();
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

interface LaunchOptions extends sdk.OnDemandOptionsRequest {
  Overrides?: sdk.FleetLaunchTemplateOverridesRequest[];
  market?: 'on-demand' | 'spot';
}

/** Launches machines at an endpoint of a test's own. */
async function launchOn(
  { ec2 }: ContractClients,
  count: number,
  { Overrides, market = 'on-demand', ...OnDemandOptions }: LaunchOptions = {},
): Promise<sdk.CreateFleetCommandOutput> {
  const LaunchTemplateName = `machines-${count}`;
  const LaunchTemplateData = { InstanceType: 'c7i.large' as const };
  await ec2.send(new sdk.CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
  const LaunchTemplateSpecification = { LaunchTemplateName, Version: '$Latest' };
  return ec2.send(
    new sdk.CreateFleetCommand({
      Type: 'instant',
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification, ...(Overrides && { Overrides }) }],
      TargetCapacitySpecification: { TotalTargetCapacity: count, DefaultTargetCapacityType: market },
      OnDemandOptions,
    }),
  );
}

async function instancesOf({ ec2 }: ContractClients): Promise<sdk.Instance[]> {
  const { Reservations = [] } = await ec2.send(new sdk.DescribeInstancesCommand());
  return Reservations.flatMap((reservation) => reservation.Instances ?? []);
}
