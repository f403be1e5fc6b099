import * as z from 'zod';
import { Ec2Error } from './errors.ts';

const names = z.array(z.string()).default([]);
const integer = z
  .string()
  .regex(/^\d{1,9}$/, { error: 'Expecting an integer.' })
  .transform(Number);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const tag = z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256).default('') });
const tagSpecifications = z
  .array(z.object({ ResourceType: z.string(), Tag: z.array(tag).default([]) }))
  .default([]);
const filters = z.array(z.object({ Name: z.string(), Value: names })).default([]);
const paging = { MaxResults: integer.optional(), NextToken: z.string().optional() };

export type Filters = z.infer<typeof filters>;
export type TagSpecifications = z.infer<typeof tagSpecifications>;

/** What is understood of a launch template; the rest is kept and shown, without effect. */
export const launchTemplateData = z.looseObject({
  ImageId: z.string().optional(),
  InstanceType: z.string().optional(),
  UserData: z.base64({ error: 'Invalid BASE64 encoding of user data.' }).optional(),
  InstanceInitiatedShutdownBehavior: z.enum(['stop', 'terminate']).optional(),
  TagSpecification: tagSpecifications,
});
export type LaunchTemplateData = z.infer<typeof launchTemplateData>;

const templateName = z
  .string()
  .regex(/^[\w()./-]{3,128}$/, { error: 'A launch template name has 3 to 128 characters.' });
const templateReference = {
  LaunchTemplateId: z.string().optional(),
  LaunchTemplateName: z.string().optional(),
};
export const createLaunchTemplate = z.object({
  LaunchTemplateName: templateName,
  VersionDescription: z.string().optional(),
  LaunchTemplateData: z.record(z.string(), z.unknown()),
  TagSpecification: tagSpecifications,
});
export const createLaunchTemplateVersion = z.object({
  ...templateReference,
  SourceVersion: z.string().optional(),
  VersionDescription: z.string().optional(),
  LaunchTemplateData: z.record(z.string(), z.unknown()),
});
export const modifyLaunchTemplate = z.object({ ...templateReference, SetDefaultVersion: z.string() });
export const deleteLaunchTemplate = z.object(templateReference);
export const describeLaunchTemplates = z.object({
  LaunchTemplateId: names,
  LaunchTemplateName: names,
  Filter: filters,
  ...paging,
});
export const describeLaunchTemplateVersions = z.object({
  ...templateReference,
  LaunchTemplateVersion: names,
  MinVersion: integer.optional(),
  MaxVersion: integer.optional(),
  ...paging,
});

const onDemandStrategy = z.enum(['lowest-price', 'prioritized']);
const spotStrategy = z.enum(['lowest-price', 'capacity-optimized-prioritized', 'price-capacity-optimized']);
// What is not here, such as WeightedCapacity, would change what is launched: it is refused by name.
const override = z.strictObject({
  InstanceType: z.string().optional(),
  AvailabilityZone: z.string().optional(),
  SubnetId: z.string().optional(),
  Priority: z.coerce.number().min(0).optional(),
});
export type FleetOverride = z.infer<typeof override>;
export const createFleet = z.object({
  Type: z.string().default('maintain'),
  LaunchTemplateConfigs: z
    .array(
      z.object({
        LaunchTemplateSpecification: z.object({ ...templateReference, Version: z.string() }),
        Overrides: z.array(override).default([]),
      }),
    )
    .min(1),
  TargetCapacitySpecification: z.object({
    TotalTargetCapacity: integer,
    DefaultTargetCapacityType: z.enum(['on-demand', 'spot']).default('on-demand'),
  }),
  OnDemandOptions: z
    .looseObject({ AllocationStrategy: onDemandStrategy.optional(), MinTargetCapacity: integer.default(0) })
    .default({ MinTargetCapacity: 0 }),
  SpotOptions: z
    .strictObject({ AllocationStrategy: spotStrategy.optional(), MinTargetCapacity: integer.default(0) })
    .default({ MinTargetCapacity: 0 }),
  TagSpecification: tagSpecifications,
});
export type CreateFleetRequest = z.infer<typeof createFleet>;

export const describeInstances = z.object({ InstanceId: names, Filter: filters, ...paging });
export const instances = z.object({ InstanceId: z.array(z.string()).min(1), Force: flag.default(false) });
export const createTags = z.object({ ResourceId: z.array(z.string()).min(1), Tag: z.array(tag).min(1) });
export const deleteTags = z.object({
  ResourceId: z.array(z.string()).min(1),
  Tag: z.array(z.object({ Key: z.string(), Value: z.string().optional() })).default([]),
});
export const describeTags = z.object({ Filter: filters, ...paging });

/**
 * Parses a request's parameters.
 * @throws Ec2Error `MissingParameter` or `InvalidParameterValue`, as EC2 names them
 */
export function parse<T>(schema: z.ZodType<T>, parameters: unknown): T {
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = issue?.path.join('.') ?? '';
  if (name.endsWith('UserData'))
    throw new Ec2Error('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  if (issue?.code === 'invalid_type' && issue.message.endsWith('received undefined')) {
    throw new Ec2Error('MissingParameter', `The request must contain the parameter ${name}`);
  }
  throw new Ec2Error('InvalidParameterValue', `Invalid value for the parameter ${name}: ${issue?.message}`);
}
