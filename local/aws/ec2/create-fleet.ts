import { randomBytes, randomUUID } from 'node:crypto';
import { REGION } from '../account.ts';
import type { XmlFields } from '../xml.ts';
import { Ec2Error, invalidValue } from './errors.ts';
import type { InstanceDetails } from './instance.ts';
import type { Instances } from './instances.ts';
import type { LaunchTemplate, LaunchTemplates, LaunchTemplateVersion } from './launch-templates.ts';
import type { CreateFleetRequest, FleetOverride } from './requests.ts';
import { addTags, type Tags, tagsFor } from './tags.ts';

/** A pool of EC2's capacity: each runs out by itself. */
export interface Pool {
  readonly instanceType: string;
  readonly availabilityZone: string;
  readonly subnetId: string | undefined;
  readonly lifecycle: 'on-demand' | 'spot';
}

/** What all instances of one fleet have in common. */
interface FleetPlan {
  readonly fleetId: string;
  readonly template: LaunchTemplate;
  readonly version: LaunchTemplateVersion;
  /** The best first. */
  readonly choices: readonly Choice[];
  readonly tags: Tags;
}

/** One of the overrides, and the pool that it asks for. */
interface Choice {
  readonly override: FleetOverride;
  readonly pool: Pool;
}

const REFUSALS = {
  VcpuLimitExceeded: 'You have requested more vCPU capacity than your current vCPU limit allows.',
  InsufficientInstanceCapacity:
    'We currently do not have sufficient capacity in the zone that you requested.',
} as const;

/**
 * CreateFleet of type `instant`: launches the whole capacity at once, in the best of the overrides, and what that has no
 * room for in the next. What lies beyond a pool's capacity or the account's limit comes back as an error for each
 * override that was tried, beside the instances that were launched.
 * @throws Ec2Error when the request cannot be met at all
 */
export function createFleet(
  request: CreateFleetRequest,
  templates: LaunchTemplates,
  instances: Instances,
  { capacityOf = () => Number.POSITIVE_INFINITY }: { capacityOf?: (pool: Pool) => number } = {},
): XmlFields {
  const plan = planFleet(request, templates);
  const wanted = request.TargetCapacitySpecification.TotalTargetCapacity;
  const allocated: { choice: Choice; count: number }[] = [];
  const errors: XmlFields[] = [];
  let missing = wanted;
  for (const choice of plan.choices) {
    if (missing === 0) break;
    const room = instances.headroom - (wanted - missing);
    const count = Math.max(0, Math.min(missing, capacityOf(choice.pool), room));
    if (count > 0) allocated.push({ choice, count });
    missing -= count;
    if (missing === 0) break;
    const errorCode = count === room ? 'VcpuLimitExceeded' : 'InsufficientInstanceCapacity';
    errors.push({ ...describeChoice(plan, choice), errorCode, errorMessage: REFUSALS[errorCode] });
  }
  if (wanted - missing < request.OnDemandOptions.MinTargetCapacity) allocated.length = 0;
  const reservationId = randomId('r-');
  const launched = allocated.map(({ choice, count }) => {
    const ids = Array.from({ length: count }, () => {
      return instances.launch(detailsOf(plan, choice, reservationId)).details.instanceId;
    });
    const { instanceType } = choice.pool;
    return { ...describeChoice(plan, choice), instanceIds: { item: ids }, instanceType };
  });
  return { fleetId: plan.fleetId, fleetInstanceSet: { item: launched }, errorSet: { item: errors } };
}

function planFleet(request: CreateFleetRequest, templates: LaunchTemplates): FleetPlan {
  if (request.Type !== 'instant') throw invalidValue(`Fleets of type ${request.Type} are not emulated.`);
  const [config, another] = request.LaunchTemplateConfigs;
  if (config === undefined || another !== undefined)
    throw invalidValue('One launch template config is emulated.');
  const specification = config.LaunchTemplateSpecification;
  const template = templates.get(specification);
  const version = templates.version(template, specification.Version);
  const lifecycle = request.TargetCapacitySpecification.DefaultTargetCapacityType;
  const { AllocationStrategy } = lifecycle === 'spot' ? request.SpotOptions : request.OnDemandOptions;
  const overrides = config.Overrides.length > 0 ? [...config.Overrides] : [{}];
  if (AllocationStrategy?.endsWith('prioritized')) overrides.sort((a, b) => priorityOf(a) - priorityOf(b));
  tagsFor('fleet', request.TagSpecification);
  const tags = tagsFor('instance', version.data.TagSpecification);
  addTags(
    tags,
    Object.entries(tagsFor('instance', request.TagSpecification)).map(([Key, Value]) => ({ Key, Value })),
  );
  const choices = overrides.map((override) => ({ override, pool: poolOf(override, version, lifecycle) }));
  return { fleetId: `fleet-${randomUUID()}`, template, version, choices, tags };
}

const priorityOf = ({ Priority = Number.POSITIVE_INFINITY }: FleetOverride): number => Priority;

function poolOf(
  override: FleetOverride,
  { data }: LaunchTemplateVersion,
  lifecycle: Pool['lifecycle'],
): Pool {
  const instanceType = override.InstanceType ?? data.InstanceType;
  if (instanceType === undefined) {
    throw new Ec2Error(
      'MissingParameter',
      'Neither the launch template nor an override has an InstanceType.',
    );
  }
  const availabilityZone = override.AvailabilityZone ?? `${REGION}a`;
  return { instanceType, availabilityZone, subnetId: override.SubnetId, lifecycle };
}

function detailsOf(
  { template, version, tags, fleetId }: FleetPlan,
  { pool }: Choice,
  reservationId: string,
): Omit<InstanceDetails, 'sequence'> {
  const { data } = version;
  return {
    ...pool,
    instanceId: randomId('i-'),
    reservationId,
    imageId: data.ImageId ?? 'ami-00000000',
    shutdownBehavior: data.InstanceInitiatedShutdownBehavior ?? 'stop',
    launchTemplate: { id: template.id, name: template.name, version: version.sequence },
    userData: Buffer.from(data.UserData ?? '', 'base64').toString(),
    tags: {
      ...tags,
      'aws:ec2launchtemplate:id': template.id,
      'aws:ec2launchtemplate:version': String(version.sequence),
      'aws:ec2:fleet-id': fleetId,
    },
  };
}

function describeChoice({ template, version }: FleetPlan, { override, pool }: Choice): XmlFields {
  return {
    lifecycle: pool.lifecycle,
    launchTemplateAndOverrides: {
      launchTemplateSpecification: {
        launchTemplateId: template.id,
        launchTemplateName: template.name,
        version: String(version.sequence),
      },
      overrides: {
        instanceType: override.InstanceType,
        availabilityZone: override.AvailabilityZone,
        subnetId: override.SubnetId,
        priority: override.Priority,
      },
    },
  };
}

function randomId(prefix: string): string {
  return prefix + randomBytes(9).toString('hex').slice(1);
}
