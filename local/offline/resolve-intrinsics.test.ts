// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders look like that
import { describe, expect, it } from 'vitest';
import { resolveIntrinsics } from './resolve-intrinsics.ts';

const lookUp = (logicalId: string, attribute?: string) =>
  attribute === undefined ? `<${logicalId}>` : `<${logicalId}.${attribute}>`;
const resolve = (value: unknown) => resolveIntrinsics(value, lookUp);

describe('resolveIntrinsics', () => {
  it('leaves plain values as they are, at any depth', () => {
    const plain = { a: [1, 'two', null, { b: true }], c: {} };
    expect(resolve(plain)).toEqual(plain);
  });

  it('resolves Ref, to a resource and to a pseudo parameter', () => {
    expect(resolve({ queue: { Ref: 'RequestQueue' }, region: { Ref: 'AWS::Region' } })).toEqual({
      queue: '<RequestQueue>',
      region: 'us-east-1',
    });
  });

  it('resolves Fn::GetAtt in both of its spellings', () => {
    expect(resolve([{ 'Fn::GetAtt': ['Queue', 'Arn'] }, { 'Fn::GetAtt': 'Queue.Arn' }])).toEqual([
      '<Queue.Arn>',
      '<Queue.Arn>',
    ]);
  });

  it('substitutes resources, attributes, variables and pseudo parameters in Fn::Sub', () => {
    const text = '${Queue} ${Queue.Arn} ${AWS::AccountId} ${Own}';
    expect(resolve({ 'Fn::Sub': [text, { Own: { Ref: 'Bucket' } }] })).toBe(
      '<Queue> <Queue.Arn> 000000000000 <Bucket>',
    );
  });

  it('keeps what Fn::Sub is told to take literally, and what only the shell means', () => {
    expect(resolve({ 'Fn::Sub': 'echo ${!HOME} $HOME' })).toBe('echo ${HOME} $HOME');
  });

  it('resolves functions within functions', () => {
    const joined = { 'Fn::Join': ['-', ['a', { Ref: 'B' }]] };
    expect(resolve({ 'Fn::Base64': joined })).toBe(Buffer.from('a-<B>').toString('base64'));
  });

  it('drops a property that is AWS::NoValue', () => {
    expect(resolve({ kept: 1, dropped: { Ref: 'AWS::NoValue' } })).toEqual({ kept: 1 });
  });

  it('refuses a function that it does not emulate, by name', () => {
    expect(() => resolve({ 'Fn::ImportValue': 'x' })).toThrow('Fn::ImportValue');
  });
});
