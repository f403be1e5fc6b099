import type { XmlFields } from '../xml.ts';
import { Ec2Error, invalidValue } from './errors.ts';
import type { TagSpecifications } from './requests.ts';

/** A resource's tags, by key. */
export type Tags = Record<string, string>;

const MAX_TAGS = 50;

/**
 * The tags that a request gives to a kind of resource.
 * @throws Ec2Error for keys that AWS keeps for itself, or more than 50 tags
 */
export function tagsFor(resourceType: string, specifications: TagSpecifications): Tags {
  const tags: Tags = {};
  for (const { ResourceType, Tag } of specifications) {
    if (ResourceType === resourceType) addTags(tags, Tag);
  }
  return tags;
}

/** Adds tags in place, or none of them. @throws Ec2Error as `tagsFor` does */
export function addTags(tags: Tags, added: readonly { Key: string; Value: string }[]): void {
  checkKeys(added);
  const keys = new Set([...Object.keys(tags), ...added.map((tag) => tag.Key)]);
  if ([...keys].filter((key) => !key.startsWith('aws:')).length > MAX_TAGS) {
    throw new Ec2Error('TagLimitExceeded', `More than ${MAX_TAGS} tags on one resource.`);
  }
  for (const { Key, Value } of added) tags[Key] = Value;
}

/** Takes tags away; one given with a value only if it has that value. */
export function removeTags(
  tags: Tags,
  removed: readonly { Key: string; Value?: string | undefined }[],
): void {
  checkKeys(removed);
  for (const { Key, Value } of removed) {
    if (Value === undefined || tags[Key] === Value) delete tags[Key];
  }
}

export function tagSet(tags: Tags): XmlFields {
  return { item: Object.entries(tags).map(([key, value]) => ({ key, value })) };
}

function checkKeys(tags: readonly { Key: string }[]): void {
  if (tags.some((tag) => tag.Key.toLowerCase().startsWith('aws:'))) {
    throw invalidValue("Tag keys starting with 'aws:' are reserved for internal use");
  }
}
