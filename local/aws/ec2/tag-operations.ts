import type { XmlFields } from '../xml.ts';
import { Ec2Error } from './errors.ts';
import { compileFilters } from './filters.ts';
import type { Instances } from './instances.ts';
import type { LaunchTemplates } from './launch-templates.ts';
import { pageOf } from './paging.ts';
import * as requests from './requests.ts';
import { addTags, removeTags, type Tags } from './tags.ts';

/** What can be tagged. */
export interface Resources {
  readonly instances: Instances;
  readonly templates: LaunchTemplates;
}

const SMALLEST_PAGE = 5;

/** CreateTags: on all of the resources, or on none if one does not exist. */
export function createTags(parameters: unknown, resources: Resources): XmlFields {
  const request = requests.parse(requests.createTags, parameters);
  for (const tags of request.ResourceId.map((id) => tagsOf(id, resources))) addTags(tags, request.Tag);
  return { return: true };
}

/** DeleteTags; without tags named, all that are not AWS's own. */
export function deleteTags(parameters: unknown, resources: Resources): XmlFields {
  const request = requests.parse(requests.deleteTags, parameters);
  for (const tags of request.ResourceId.map((id) => tagsOf(id, resources))) {
    const own = Object.keys(tags).filter((key) => !key.startsWith('aws:'));
    removeTags(tags, request.Tag.length > 0 ? request.Tag : own.map((Key) => ({ Key })));
  }
  return { return: true };
}

/** DescribeTags. */
export function describeTags(parameters: unknown, resources: Resources): XmlFields {
  const request = requests.parse(requests.describeTags, parameters);
  const passes = compileFilters(request.Filter);
  const found = allTags(resources)
    .filter((tag) => passes({ tags: { [tag.key]: tag.value }, fields: filterFields(tag) }))
    .map((tag, sequence) => ({ sequence, tag }));
  const { items, nextToken } = pageOf(found, request, SMALLEST_PAGE);
  return { tagSet: { item: items.map(({ tag }) => ({ ...tag })) }, nextToken };
}

interface TagDescription {
  readonly resourceId: string;
  readonly resourceType: string;
  readonly key: string;
  readonly value: string;
}

function filterFields(tag: TagDescription): Record<string, string> {
  return {
    'resource-id': tag.resourceId,
    'resource-type': tag.resourceType,
    key: tag.key,
    value: tag.value,
  };
}

function allTags({ instances, templates }: Resources): TagDescription[] {
  const list = (resourceId: string, resourceType: string, tags: Tags) =>
    Object.entries(tags).map(([key, value]) => ({ resourceId, resourceType, key, value }));
  return [
    ...instances.all().flatMap(({ details }) => list(details.instanceId, 'instance', details.tags)),
    ...templates.all().flatMap((template) => list(template.id, 'launch-template', template.tags)),
  ];
}

function tagsOf(id: string, { instances, templates }: Resources): Tags {
  if (id.startsWith('lt-')) return templates.get({ LaunchTemplateId: id }).tags;
  if (!id.startsWith('i-')) throw new Ec2Error('InvalidID', `The ID '${id}' is not valid`);
  const [instance] = instances.get([id]);
  return instance?.details.tags ?? {};
}
