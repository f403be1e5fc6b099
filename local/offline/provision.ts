import { once } from '../../shared/once.ts';
import { type LookUp, resolveIntrinsics } from './resolve-intrinsics.ts';
import { CREATE, type PhysicalResource, WITHOUT_EFFECT } from './resource-types.ts';
import type { Parameters, Resources } from './service.ts';

/**
 * Makes the resources of the template in the cloud that AWS_ENDPOINT_URL names, each after those it refers to.
 * @param prefix what the names begin with: `RequestQueue` becomes `{prefix}-request-queue`
 * @param parameters of the template, with what they default to
 * @returns what the logical ids stand for now
 * @throws Error naming a resource of a type that the local stage does not know
 */
export async function provision(
  resources: Resources,
  prefix: string,
  parameters: Parameters = {},
): Promise<LookUp> {
  const made = new Map<string, PhysicalResource>(
    Object.entries(parameters).map(([name, { Default }]) => [name, { ref: Default, attributes: {} }]),
  );
  const lookUp: LookUp = (logicalId, attribute) => {
    const resource = made.get(logicalId);
    if (resource === undefined) throw new Error(`the template has no resource ${logicalId}`);
    const value = attribute === undefined ? resource.ref : resource.attributes[attribute];
    if (value !== undefined) return value;
    if (WITHOUT_EFFECT.has(resources[logicalId]?.Type ?? '')) return `${resource.ref}.${attribute}`;
    throw new Error(`stage local does not know the attribute ${attribute} of ${logicalId}`);
  };

  const steps = new Map(
    Object.entries(resources).map(([logicalId, { Type, Properties }]) => {
      const name = `${prefix}-${kebabCase(logicalId)}`;
      return [logicalId, once(() => make(logicalId, name, Type, Properties))] as const;
    }),
  );

  async function make(logicalId: string, name: string, type: string, properties: unknown): Promise<void> {
    if (WITHOUT_EFFECT.has(type)) {
      made.set(logicalId, { ref: name, attributes: {} });
      return;
    }
    const create = CREATE[type];
    if (create === undefined) throw new Error(`stage local does not know ${type} (${logicalId})`);
    await Promise.all([...referencesIn(properties)].map((other) => steps.get(other)?.()));
    made.set(logicalId, await create(name, resolveIntrinsics(properties, lookUp)));
  }

  await Promise.all([...steps.values()].map((step) => step()));
  return lookUp;
}

/** The logical ids that a part of a template refers to. */
function referencesIn(properties: unknown): Set<string> {
  const found = new Set<string>();
  resolveIntrinsics(properties, (logicalId) => {
    found.add(logicalId);
    return '';
  });
  return found;
}

const kebabCase = (text: string): string => text.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
