import { expect, it } from 'vitest';
import { resolveModel } from '../../shared/models.ts';
import { INCEPTION_V3 } from './inception-v3.ts';
import type { ModelManifest } from './manifest.ts';
import { catalogueOf, withDefault, withModel, withoutModel } from './served.ts';

const own = (version: string): ModelManifest => ({ ...INCEPTION_V3.manifest, name: 'own', version });
const usual = INCEPTION_V3.manifest;

it('a name stands for the version that was published last, and each version for itself', () => {
  const catalogue = catalogueOf([usual, own('1'), own('2')]);
  expect(resolveModel(catalogue, 'own')).toEqual({ name: 'own', version: '2' });
  expect(resolveModel(catalogue, 'own@1')).toEqual({ name: 'own', version: '1' });
  for (const unknown of ['own@3', 'other', 'own@', 'own@1@1', '@1', ''])
    expect(resolveModel(catalogue, unknown)).toBeUndefined();
});

it('a version that is published again answers to the name again', () => {
  const catalogue = withModel(catalogueOf([usual, own('1'), own('2')]), own('1'));
  expect(resolveModel(catalogue, 'own')?.version).toBe('1');
  expect(catalogue.models[1]?.versions).toHaveLength(2);
});

it('the version before answers to the name when the current one is gone', () => {
  const catalogue = catalogueOf([usual, own('1'), own('2')]);
  expect(resolveModel(withoutModel(catalogue, 'own@2'), 'own')?.version).toBe('1');
  expect(resolveModel(withoutModel(catalogue, 'own@1'), 'own')?.version).toBe('2');
  expect(withoutModel(catalogue, 'own').models.map(({ name }) => name)).toEqual([usual.name]);
  expect(withoutModel(withoutModel(catalogue, 'own@1'), 'own@2').models).toHaveLength(1);
});

it('the default stays served, and has to be', () => {
  const catalogue = catalogueOf([usual, own('1')]);
  expect(() => withoutModel(catalogue, usual.name)).toThrow('Push another one with --default first');
  expect(() => withoutModel(withDefault(catalogue, 'own'), 'own@1')).toThrow('requests that name none');
  expect(() => withoutModel(catalogue, 'own@9')).toThrow('own@9 is not served');
  expect(() => catalogueOf([usual], 'own')).toThrow('own, is not among those that are served');
  expect(() => catalogueOf([own('1')])).toThrow('inception-v3, is not among');
  const moderator: ModelManifest = { ...own('1'), task: 'moderation' };
  expect(() => catalogueOf([usual, moderator], 'own')).toThrow('own is a model for moderation');
});
