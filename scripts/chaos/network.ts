import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { z } from 'zod';

const listening = z.object({ port: z.int() });

/** In ms. */
const LONGEST_DELAY_MS = 60;
const LIFE_MS = { least: 1_000, most: 15_000 };
const STALL_MS = 4_000;
const STALLED_SHARE = 0.4;

export interface BadNetwork {
  port: number;
  readonly broken: number;
  stop(): void;
}

/**
 * A network to a port of this machine that delays what passes, and breaks every connection sooner or later: at once, or
 * by passing nothing on for a while, so that each end believes the other to be there.
 */
export async function startBadNetwork(target: number, random: () => number): Promise<BadNetwork> {
  const ends = new Set<Socket>();
  let broken = 0;
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    const both = [near, far];
    for (const end of both) ends.add(end);
    let stalled = false;
    const pass = (from: Socket, to: Socket) =>
      from.on('data', (chunk: Buffer) => {
        from.pause(); // one chunk at a time: a stream stays in order
        setTimeout(() => {
          if (!stalled) to.write(chunk);
          from.resume();
        }, random() * LONGEST_DELAY_MS);
      });
    pass(near, far);
    pass(far, near);
    const destroy = () => {
      for (const end of both) {
        end.destroy();
        ends.delete(end);
      }
    };
    const cut = () => {
      broken++;
      stalled = random() < STALLED_SHARE;
      if (stalled) last = setTimeout(destroy, STALL_MS);
      else destroy();
    };
    let last = setTimeout(cut, LIFE_MS.least + random() * (LIFE_MS.most - LIFE_MS.least));
    for (const end of both) {
      end.on('error', () => {}); // `close` follows
      end.once('close', () => {
        clearTimeout(last);
        destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: listening.parse(server.address()).port,
    get broken() {
      return broken;
    },
    stop: () => {
      server.close();
      for (const end of ends) end.destroy();
    },
  };
}
