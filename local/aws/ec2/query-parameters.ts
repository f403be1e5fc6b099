import { Ec2Error } from './errors.ts';

/** Parameters of the Query protocol as a tree: `Filter.1.Value.2=x` is `{ Filter: [{ Value: [_, 'x'] }] }`. */
export type ParameterTree = string | ParameterTree[] | { [name: string]: ParameterTree };
export type Parameters = { [name: string]: ParameterTree };

type Branch = Map<string, Branch | string>;

const MAX_DEPTH = 12;

/**
 * Reads a form-encoded body.
 * @throws Ec2Error `MalformedQueryString` when a name stands for a value and for a branch at once
 */
export function parseParameters(body: string): Parameters {
  const root: Branch = new Map();
  for (const [name, value] of new URLSearchParams(body)) insert(root, name, value);
  const tree: Parameters = {};
  for (const [name, node] of root) tree[name] = toTree(node);
  return tree;
}

function insert(root: Branch, name: string, value: string): void {
  const path = name.split('.');
  const leaf = path.pop() ?? '';
  let branch = root;
  if (path.length > MAX_DEPTH) throw malformed(name);
  for (const step of path) {
    const next = branch.get(step) ?? new Map();
    if (typeof next === 'string') throw malformed(name);
    branch.set(step, next);
    branch = next;
  }
  if (branch.has(leaf)) throw malformed(name);
  branch.set(leaf, value);
}

function toTree(node: Branch | string): ParameterTree {
  if (typeof node === 'string') return node;
  const entries = [...node];
  if (entries.every(([name]) => /^\d+$/.test(name))) {
    return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => toTree(child));
  }
  return Object.fromEntries(entries.map(([name, child]) => [name, toTree(child)]));
}

function malformed(name: string): Ec2Error {
  return new Ec2Error('MalformedQueryString', `The query string is malformed at ${name}.`);
}
