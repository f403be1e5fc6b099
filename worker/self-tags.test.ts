import { expect, it } from 'vitest';
import { SelfTags } from './self-tags.ts';
import { tagsOf } from './testing/cloud.ts';
import { useFixture } from './testing/fixture.ts';

const fixture = useFixture();
const calls = () => fixture().cloud.recorder.calls.filter((call) => call === 'CreateTags').length;

it('puts what is set while a call is under way into one more call; the last value wins', async () => {
  const { cloud } = fixture();
  const tags = new SelfTags(cloud.instanceId);
  const before = calls();
  tags.set({ a: '1' });
  tags.set({ a: '2', b: '2' });
  tags.set({ b: '3', c: '3' });
  await tags.settled();
  expect(calls() - before).toBe(2);
  expect(await tagsOf(cloud.instanceId)).toMatchObject({ a: '2', b: '3', c: '3' });
});

it('tries a failed call again, with what was set since', async () => {
  const { cloud } = fixture();
  const tags = new SelfTags(cloud.instanceId);
  let failures = 3; // all tries of the SDK's own
  cloud.recorder.fails = (call) => call === 'CreateTags' && failures-- > 0;
  tags.set({ state: 'old', kept: 'yes' });
  tags.set({ state: 'new' });
  await tags.settled();
  expect(await tagsOf(cloud.instanceId)).toMatchObject({ state: 'new', kept: 'yes' });
});

it('gives up when it is stopped', async () => {
  const { cloud } = fixture();
  const tags = new SelfTags(cloud.instanceId);
  cloud.recorder.fails = (call) => call === 'CreateTags';
  tags.set({ never: 'told' });
  tags.stop();
  await tags.settled();
  expect(await tagsOf(cloud.instanceId)).not.toHaveProperty('never');
});
