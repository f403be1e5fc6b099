import type { Reply } from '../http-reply.ts';
import type { Instance } from './instance.ts';
import type { Instances } from './instances.ts';

/** Where a machine finds the metadata service: all machines share this host, so each has a path of its own. */
export const METADATA_PATH = '/_local/metadata/';
const TOKEN = 'AQAEALocalMetadataToken==';
const TEXT = { 'content-type': 'text/plain' };

/** The instance metadata service, version 2: nothing without a token. */
export function answerMetadata(
  method: string,
  url: string,
  token: string | string[] | undefined,
  instances: Instances,
): Reply {
  const [, id = '', path = ''] = /^([^/]+)\/latest\/(.*)$/.exec(url.slice(METADATA_PATH.length)) ?? [];
  const instance = instances.find(id);
  if (instance === undefined) return { status: 404, body: '' };
  if (path === 'api/token') {
    return method === 'PUT' ? { status: 200, headers: TEXT, body: TOKEN } : { status: 405, body: '' };
  }
  if (token !== TOKEN) return { status: 401, body: '' };
  const value = metadataOf(instance, decodeURIComponent(path.replace(/^meta-data\//, '')));
  return value === undefined ? { status: 404, body: '' } : { status: 200, headers: TEXT, body: value };
}

function metadataOf({ details, interruptedFrom }: Instance, path: string): string | undefined {
  const tagKey = /^tags\/instance\/(.+)$/.exec(path)?.[1];
  if (tagKey !== undefined) return details.tags[tagKey];
  const values: Record<string, string | undefined> = {
    'instance-id': details.instanceId,
    'instance-type': details.instanceType,
    'instance-life-cycle': details.lifecycle,
    'placement/availability-zone': details.availabilityZone,
    'spot/instance-action': interruptedFrom && JSON.stringify({ action: 'terminate', time: interruptedFrom }),
  };
  return values[path];
}
