import { expect, it } from 'vitest';
import { defaultHome } from './default-home.ts';

it.each([
  ['linux', {}, '/home/ada', '/home/ada/.cache/classifycloud'],
  ['linux', { XDG_CACHE_HOME: '/var/cache/ada' }, '/home/ada', '/var/cache/ada/classifycloud'],
  ['darwin', {}, '/Users/ada', '/Users/ada/Library/Caches/classifycloud'],
  ['win32', { LOCALAPPDATA: 'D:\\Local' }, 'C:\\Users\\ada', 'D:\\Local\\classifycloud'],
  ['win32', {}, 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Local\\classifycloud'],
] as const)("on %s with %o it is in the user's cache folder", (platform, env, home, expected) => {
  expect(defaultHome({ platform, env, home })).toBe(expected);
});
