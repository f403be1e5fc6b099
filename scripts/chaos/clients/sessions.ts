import { getAndFollow, postAndFetch } from './over-http.ts';
import { Reader } from './reader.ts';
import { sleepUpTo, type World } from './world.ts';

/** A client's visit: it asks for some images, and ends when all who asked were told. */
interface Session {
  name: string;
  /** How many of a hundred are of this kind. */
  share: number;
  /** The most images. */
  most: number;
  run(world: World, urls: readonly string[]): Promise<void>;
}

const LONGEST_ABSENCE_MS = 5_000;

const SESSIONS: readonly Session[] = [
  {
    name: 'stays',
    share: 25,
    most: 16,
    async run(world, urls) {
      const reader = new Reader(world, this.name);
      await reader.wait(await reader.ask(urls));
      reader.leave();
    },
  },
  {
    name: 'vanishes and comes back',
    share: 15,
    most: 16,
    async run(world, urls) {
      const reader = new Reader(world, this.name);
      const requestIds = await reader.ask(urls);
      reader.leave();
      await sleepUpTo(world, LONGEST_ABSENCE_MS);
      const again = new Reader(world, this.name);
      await again.resume(requestIds);
      await again.wait(requestIds);
      again.leave();
    },
  },
  {
    name: 'vanishes for good',
    share: 5,
    most: 8,
    run: (world, urls) => new Reader(world, 'gone').askAndVanish(urls),
  },
  {
    name: 'comes on many sockets',
    share: 15,
    most: 12,
    async run(world, urls) {
      const readers = Array.from({ length: 3 }, () => new Reader(world, this.name));
      const [first, ...others] = readers;
      const requestIds = (await first?.ask(urls)) ?? [];
      await Promise.all(
        others.map(async (reader) => {
          await sleepUpTo(world, 500);
          await reader.resume(requestIds);
        }),
      );
      await Promise.all(readers.map((reader) => reader.wait(requestIds)));
      for (const reader of readers) reader.leave();
    },
  },
  {
    name: 'reads no more, and then again',
    share: 10,
    most: 12,
    async run(world, urls) {
      const [halfOpen, second] = [new Reader(world, this.name), new Reader(world, this.name)];
      const requestIds = await halfOpen.ask(urls);
      halfOpen.stopReading();
      await second.resume(requestIds);
      await second.wait(requestIds);
      halfOpen.readOn();
      await halfOpen.wait(requestIds);
      for (const reader of [halfOpen, second]) reader.leave();
    },
  },
  {
    name: 'never reads',
    share: 5,
    most: 12,
    async run(world, urls) {
      const [deaf, second] = [new Reader(world, this.name), new Reader(world, this.name)];
      const requestIds = await deaf.ask(urls);
      deaf.stopReading();
      await second.resume(requestIds);
      await second.wait(requestIds);
      for (const reader of [deaf, second]) reader.leave();
    },
  },
  {
    name: 'over a bad network',
    share: 15,
    most: 8,
    async run(world, urls) {
      const reader = new Reader(world, this.name, world.badWs);
      await reader.wait(await reader.ask(urls, world.random() < 0.5));
      reader.leave();
    },
  },
  { name: 'by POST', share: 5, most: 1, run: (world, [url = '']) => postAndFetch(world, url) },
  { name: 'by GET', share: 5, most: 1, run: (world, [url = '']) => getAndFollow(world, url) },
];

/** The next session, by chance, and how many images it asks for. */
export function nextSession(random: () => number): { session: Session; images: number } {
  let at = random() * SESSIONS.reduce((sum, { share }) => sum + share, 0);
  const session = SESSIONS.find(({ share }) => {
    at -= share;
    return at < 0;
  });
  if (!session) throw new RangeError('no sessions');
  return { session, images: 1 + Math.floor(random() * session.most) };
}
