import type { OutgoingHttpHeaders } from 'node:http';
import type { Reply } from '../http-reply.ts';
import { unescapeXml } from '../xml.ts';
import { S3Error } from './errors.ts';
import { headerOf, type S3Request } from './request.ts';

/** Which pages may do what with a bucket. Origins and headers may have a `*` in them. */
export interface CorsRule {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAgeSeconds: string | undefined;
}

const RULE = /<CORSRule>(.*?)<\/CORSRule>/gs;
const METHODS = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD']);

/** The rules in the body of PutBucketCors. @throws S3Error `MalformedXML` */
export function parseCorsRules(xml: string): CorsRule[] {
  const rules = Array.from(xml.matchAll(RULE), ([, rule = '']) => ({
    origins: textsOf(rule, 'AllowedOrigin'),
    methods: textsOf(rule, 'AllowedMethod'),
    headers: textsOf(rule, 'AllowedHeader'),
    exposed: textsOf(rule, 'ExposeHeader'),
    maxAgeSeconds: textsOf(rule, 'MaxAgeSeconds')[0],
  }));
  const isWhole = ({ origins, methods }: CorsRule) =>
    origins.length > 0 && methods.length > 0 && methods.every((method) => METHODS.has(method));
  if (rules.length === 0 || !rules.every(isWhole)) throw new S3Error('MalformedXML');
  return rules;
}

const textsOf = (xml: string, name: string): string[] =>
  Array.from(xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs')), ([, text = '']) =>
    unescapeXml(text),
  );

/** The answer to a browser that asks first. @throws S3Error `AccessForbidden` where no rule lets its page */
export function preflight(request: S3Request, rules: readonly CorsRule[]): Reply {
  const method = headerOf(request, 'access-control-request-method') ?? '';
  const headers = (headerOf(request, 'access-control-request-headers') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const origin = headerOf(request, 'origin');
  const rule = ruleFor({ origin, method, headers }, rules);
  if (origin === undefined || rule === undefined) throw new S3Error('AccessForbidden');
  return {
    status: 200,
    headers: {
      ...allowing(origin, rule),
      ...(headers.length > 0 && { 'access-control-allow-headers': headers.join(', ') }),
      ...(rule.maxAgeSeconds !== undefined && { 'access-control-max-age': rule.maxAgeSeconds }),
    },
  };
}

/** What lets the page see the answer to a request of its own; nothing where no rule does. */
export function corsHeaders(request: S3Request, rules: readonly CorsRule[]): OutgoingHttpHeaders {
  const origin = headerOf(request, 'origin');
  const rule = ruleFor({ origin, method: request.method, headers: [] }, rules);
  return origin === undefined || rule === undefined ? {} : allowing(origin, rule);
}

interface Asked {
  origin: string | undefined;
  method: string;
  headers: readonly string[];
}

const ruleFor = ({ origin, method, headers }: Asked, rules: readonly CorsRule[]): CorsRule | undefined =>
  rules.find(
    (rule) =>
      origin !== undefined &&
      matches(origin, rule.origins) &&
      rule.methods.includes(method) &&
      headers.every((name) => matches(name, rule.headers)),
  );

const matches = (text: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => {
    const [start = '', end] = pattern.toLowerCase().split('*');
    const lower = text.toLowerCase();
    if (end === undefined) return lower === start;
    return lower.length >= start.length + end.length && lower.startsWith(start) && lower.endsWith(end);
  });

const allowing = (origin: string, { origins, methods, exposed }: CorsRule): OutgoingHttpHeaders => ({
  'access-control-allow-origin': origins.includes('*') ? '*' : origin,
  'access-control-allow-methods': methods.join(', '),
  ...(exposed.length > 0 && { 'access-control-expose-headers': exposed.join(', ') }),
  vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
});
