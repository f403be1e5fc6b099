import { readFile } from 'node:fs/promises';

/** A part of a process's memory, as `/proc/PID/smaps` tells it. In KiB. */
interface Mapping {
  /** The place in a file that it shows; undefined where it shows none. */
  place: string | undefined;
  rss: number;
  /** Of these, what is no file's, or was written to since and so is the process's own. */
  anonymous: number;
}

export function parseMappings(smaps: string): Mapping[] {
  const mappings: Mapping[] = [];
  for (const line of smaps.split('\n')) {
    // 7f00-7f10 r-xp 00001000 fe:00 1234 /usr/bin/node
    const [, offset, device, inode] = /^[\da-f]+-[\da-f]+ \S+ (\S+) (\S+) (\d+)/.exec(line) ?? [];
    if (inode !== undefined)
      mappings.push({
        place: inode === '0' ? undefined : `${device} ${inode} ${offset}`,
        rss: 0,
        anonymous: 0,
      });
    const [, name, kib] = /^(Rss|Anonymous):\s+(\d+) kB/.exec(line) ?? [];
    const mapping = mappings.at(-1);
    if (mapping && name === 'Rss') mapping.rss = Number(kib);
    if (mapping && name === 'Anonymous') mapping.anonymous = Number(kib);
  }
  return mappings;
}

/** Resident memory of processes together, in KiB: what several of them show of a file counts once. */
export function togetherKib(processes: readonly (readonly Mapping[])[]): number {
  let own = 0;
  const files = new Map<string, number>();
  for (const mappings of processes) {
    const shown = new Map<string, number>();
    for (const { place, rss, anonymous } of mappings) {
      own += place === undefined ? rss : anonymous;
      if (place !== undefined) shown.set(place, (shown.get(place) ?? 0) + rss - anonymous);
    }
    for (const [place, kib] of shown) files.set(place, Math.max(files.get(place) ?? 0, kib));
  }
  return [...files.values()].reduce((sum, kib) => sum + kib, own);
}

/** See {@link togetherKib}; in MB of a million bytes, of those that still run; undefined where the system does not tell. */
export async function togetherMb(pids: readonly number[]): Promise<number | undefined> {
  const texts = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/smaps`, 'utf8').catch(() => undefined)),
  );
  const known = texts.flatMap((text) => text ?? []);
  return known.length === 0 ? undefined : (togetherKib(known.map(parseMappings)) * 1024) / 1e6;
}
