import { expect, test } from 'vitest';
import { chooseStage } from './stage.ts';

test('a stage is looked for in the region that a deployment without --region goes to', () => {
  const regionFor = (options: { stage: string; region?: string }, env: NodeJS.ProcessEnv = {}) => {
    chooseStage(options, env);
    return env.AWS_REGION;
  };
  expect(regionFor({ stage: 'prod' })).toBe('us-east-1');
  expect(regionFor({ stage: 'prod' }, { AWS_REGION: 'eu-central-1' })).toBe('eu-central-1');
  expect(regionFor({ stage: 'prod', region: 'eu-west-1' }, { AWS_REGION: 'eu-central-1' })).toBe('eu-west-1');
  expect(regionFor({ stage: 'local' }, { AWS_REGION: 'eu-central-1' })).toBe('us-east-1');
});
