import { randomBytes, randomUUID } from 'node:crypto';
import { REGION } from '../account.ts';
import type { XmlFields } from '../xml.ts';
import { Ec2Error, invalidValue } from './errors.ts';
import type { InstanceDetails } from './instance.ts';
import type { Instances } from './instances.ts';
import type { LaunchTemplate, LaunchTemplates, LaunchTemplateVersion } from './launch-templates.ts';
import type { CreateFleetRequest, FleetOverride } from './requests.ts';
import { addTags, type Tags, tagsFor } from './tags.ts';

/** What all instances of one fleet have in common. */
interface FleetPlan {
  readonly fleetId: string;
  readonly template: LaunchTemplate;
  readonly version: LaunchTemplateVersion;
  readonly override: FleetOverride;
  readonly instanceType: string;
  readonly lifecycle: 'on-demand' | 'spot';
  readonly tags: Tags;
}

/**
 * CreateFleet of type `instant`: launches the whole capacity at once, in the best of the overrides. What lies
 * beyond the account's limit comes back as an error beside the instances that were launched.
 * @throws Ec2Error when the request cannot be met at all
 */
export function createFleet(
  request: CreateFleetRequest,
  templates: LaunchTemplates,
  instances: Instances,
): XmlFields {
  const plan = planFleet(request, templates);
  const wanted = request.TargetCapacitySpecification.TotalTargetCapacity;
  const possible = Math.min(wanted, instances.headroom);
  const count = possible < request.OnDemandOptions.MinTargetCapacity ? 0 : possible;
  const reservationId = randomId('r-');
  const ids = Array.from({ length: count }, () => {
    const details = detailsOf(plan, reservationId);
    return instances.launch(details).details.instanceId;
  });
  const launchTemplateAndOverrides = describePlan(plan);
  const common = { launchTemplateAndOverrides, lifecycle: plan.lifecycle };
  const launched = { ...common, instanceIds: { item: ids }, instanceType: plan.instanceType };
  const refused = {
    ...common,
    errorCode: 'VcpuLimitExceeded',
    errorMessage: 'You have requested more vCPU capacity than your current vCPU limit allows.',
  };
  return {
    fleetId: plan.fleetId,
    fleetInstanceSet: { item: count > 0 ? [launched] : [] },
    errorSet: { item: count < wanted ? [refused] : [] },
  };
}

function planFleet(request: CreateFleetRequest, templates: LaunchTemplates): FleetPlan {
  if (request.Type !== 'instant') throw invalidValue(`Fleets of type ${request.Type} are not emulated.`);
  const [config, another] = request.LaunchTemplateConfigs;
  if (config === undefined || another !== undefined)
    throw invalidValue('One launch template config is emulated.');
  const specification = config.LaunchTemplateSpecification;
  const template = templates.get(specification);
  const version = templates.version(template, specification.Version);
  const isPrioritized = request.OnDemandOptions.AllocationStrategy === 'prioritized';
  const override = bestOverride(config.Overrides, isPrioritized);
  const instanceType = override.InstanceType ?? version.data.InstanceType;
  if (instanceType === undefined) {
    throw new Ec2Error(
      'MissingParameter',
      'Neither the launch template nor an override has an InstanceType.',
    );
  }
  tagsFor('fleet', request.TagSpecification);
  const tags = tagsFor('instance', version.data.TagSpecification);
  addTags(
    tags,
    Object.entries(tagsFor('instance', request.TagSpecification)).map(([Key, Value]) => ({ Key, Value })),
  );
  const lifecycle = request.TargetCapacitySpecification.DefaultTargetCapacityType;
  return { fleetId: `fleet-${randomUUID()}`, template, version, override, instanceType, lifecycle, tags };
}

/** The override with the lowest number as its priority, or the first: capacity never runs out in one pool here. */
function bestOverride(overrides: readonly FleetOverride[], isPrioritized: boolean): FleetOverride {
  const priority = (override: FleetOverride) => override.Priority ?? Number.POSITIVE_INFINITY;
  if (!isPrioritized) return overrides[0] ?? {};
  return overrides.reduce(
    (best, next) => (priority(next) < priority(best) ? next : best),
    overrides[0] ?? {},
  );
}

function detailsOf(plan: FleetPlan, reservationId: string): Omit<InstanceDetails, 'sequence'> {
  const { template, version, override } = plan;
  const { data } = version;
  return {
    instanceId: randomId('i-'),
    reservationId,
    instanceType: plan.instanceType,
    imageId: data.ImageId ?? 'ami-00000000',
    availabilityZone: override.AvailabilityZone ?? `${REGION}a`,
    subnetId: override.SubnetId,
    lifecycle: plan.lifecycle,
    shutdownBehavior: data.InstanceInitiatedShutdownBehavior ?? 'stop',
    launchTemplate: { id: template.id, name: template.name, version: version.sequence },
    userData: Buffer.from(data.UserData ?? '', 'base64').toString(),
    tags: {
      ...plan.tags,
      'aws:ec2launchtemplate:id': template.id,
      'aws:ec2launchtemplate:version': String(version.sequence),
      'aws:ec2:fleet-id': plan.fleetId,
    },
  };
}

function describePlan({ template, version, override }: FleetPlan): XmlFields {
  return {
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
  };
}

function randomId(prefix: string): string {
  return prefix + randomBytes(9).toString('hex').slice(1);
}
