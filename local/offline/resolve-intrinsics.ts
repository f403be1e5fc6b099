import * as z from 'zod';
import { ACCOUNT, REGION } from '../aws/account.ts';

/** What a logical id stands for: its `Ref`, or, where an attribute is named, that one of its attributes. */
export type LookUp = (logicalId: string, attribute?: string) => string;

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::URLSuffix': 'amazonaws.com',
};

const name = z.string();
const getAtt = z.union([
  z.tuple([z.string(), z.string()]),
  z.string().transform((path): [string, string] => splitAtDot(path)),
]);
const sub = z.union([
  z.tuple([z.string(), z.record(z.string(), z.unknown())]),
  z.string().transform((text): [string, Record<string, unknown>] => [text, {}]),
]);
const join = z.tuple([z.string(), z.array(z.unknown())]);

/**
 * Replaces the intrinsic functions of CloudFormation in a part of a template. Properties that are `AWS::NoValue` go.
 * @throws Error naming a function that is not emulated; ZodError for wrong arguments; what `lookUp` throws
 */
export function resolveIntrinsics(value: unknown, lookUp: LookUp): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveIntrinsics(item, lookUp));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first && (first[0] === 'Ref' || first[0].startsWith('Fn::')))
    return callIntrinsic(first[0], first[1], lookUp);
  return Object.fromEntries(
    entries
      .map(([key, item]) => [key, resolveIntrinsics(item, lookUp)] as const)
      .filter(([, item]) => item !== undefined),
  );
}

function callIntrinsic(intrinsic: string, argument: unknown, lookUp: LookUp): unknown {
  switch (intrinsic) {
    case 'Ref':
      return argument === 'AWS::NoValue' ? undefined : ref(name.parse(argument), lookUp);
    case 'Fn::GetAtt':
      return lookUp(...getAtt.parse(argument));
    case 'Fn::Sub': {
      const [text, variables] = sub.parse(argument);
      return substitute(text, (variable) =>
        Object.hasOwn(variables, variable)
          ? String(resolveIntrinsics(variables[variable], lookUp))
          : ref(variable, lookUp),
      );
    }
    case 'Fn::Join': {
      const [separator, parts] = join.parse(argument);
      return parts.map((part) => String(resolveIntrinsics(part, lookUp))).join(separator);
    }
    case 'Fn::Base64':
      return Buffer.from(String(resolveIntrinsics(argument, lookUp))).toString('base64');
    default:
      throw new Error(`stage local does not emulate ${intrinsic}`);
  }
}

/** `Name`, `AWS::Name` or, in Fn::Sub, `Name.Attribute`. */
function ref(path: string, lookUp: LookUp): string {
  const pseudo = PSEUDO_PARAMETERS[path];
  if (pseudo !== undefined) return pseudo;
  return path.includes('.') ? lookUp(...splitAtDot(path)) : lookUp(path);
}

/** `${Name}` is replaced; `${!Name}` stands for a literal `${Name}`. */
const substitute = (text: string, valueFor: (variable: string) => string): string =>
  text.replace(/\$\{(!?)([^}]+)\}/g, (_all, literal: string, variable: string) =>
    literal ? `\${${variable}}` : valueFor(variable),
  );

function splitAtDot(path: string): [string, string] {
  const dot = path.indexOf('.');
  return [path.slice(0, dot), path.slice(dot + 1)];
}
