import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { paginateDescribeLogGroups, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { cloudWatchLogs } from '../../shared/aws.ts';
import type { Entry } from './entry.ts';

/** A log group of a stage; `source` is the function's name, and none for the workers', whose streams are machines. */
interface Group {
  name: string;
  source: string | undefined;
}

/** By so much a worker's lines come later than a function's, in ms: it sends them every 5 s. */
const LATE_MS = 7_000;
const SEARCH = { requestTimeout: 30_000 };

/**
 * The log groups of a stage: of its functions, each a file in handlers/ but for the tick, and of its workers.
 * @throws Error where there are none
 */
export async function findGroups(stage: string): Promise<Group[]> {
  const files = await readdir(new URL('../../handlers', import.meta.url));
  const functions = files.flatMap((file) => /^([\w-]+)\.ts$/.exec(file)?.[1] ?? []);
  const wanted: Group[] = [
    ...functions.map((source) => ({ name: `/aws/lambda/classifycloud-${stage}-${source}`, source })),
    { name: `/classifycloud/${stage}/workers`, source: undefined },
  ];
  const there = new Set<string | undefined>();
  for (const logGroupNamePrefix of [`/aws/lambda/classifycloud-${stage}-`, `/classifycloud/${stage}/`])
    for await (const { logGroups = [] } of paginateDescribeLogGroups(
      { client: cloudWatchLogs() },
      { logGroupNamePrefix },
    ))
      for (const { logGroupName } of logGroups) there.add(logGroupName);
  const found = wanted.filter(({ name }) => there.has(name));
  if (found.length === 0)
    throw new Error(`There is no log of stage ${stage}. Is it deployed, in this region and account?`);
  return found;
}

/** The lines of a group that name a request. Searching a group costs nothing, and reads no more than the range. */
async function* search(group: Group, requestId: string, { from, to }: { from: number; to: number }) {
  const pages = paginateFilterLogEvents(
    { client: cloudWatchLogs() },
    { logGroupName: group.name, filterPattern: `"${requestId}"`, startTime: from, endTime: to },
    SEARCH,
  );
  for await (const { events = [] } of pages)
    for (const { eventId = '', timestamp, message = '', logStreamName = '' } of events) {
      const source = group.source ?? logStreamName;
      yield { id: `${group.name} ${eventId}`, at: timestamp, source, line: message.trimEnd() };
    }
}

const byTime = (a: Entry, b: Entry): number => (a.at ?? 0) - (b.at ?? 0);

/** Reads what CloudWatch Logs has of a request; each line once, however often it is asked. */
export class RequestLog {
  readonly #groups: readonly Group[];
  readonly #requestId: string;
  readonly #seen = new Set<string>();

  constructor(groups: readonly Group[], requestId: string) {
    this.#groups = groups;
    this.#requestId = requestId;
  }

  /** The lines that were not read before, in the order of time. @param onGroup a group's search begins */
  async read(
    range: { from: number; to: number },
    onGroup: (name: string) => void = () => {},
  ): Promise<Entry[]> {
    const entries: Entry[] = [];
    // One after the other: an account may search a few times a second only.
    for (const group of this.#groups) {
      onGroup(group.name);
      for await (const { id, ...entry } of search(group, this.#requestId, range)) {
        if (!this.#seen.has(id)) entries.push(entry);
        this.#seen.add(id);
      }
    }
    return entries.sort(byTime);
  }

  /**
   * Goes on reading, until it is aborted. A worker's lines come some seconds after the others': so each waits for as long,
   * and all come in the order of time.
   */
  async *follow(from: number, everyMs: number, signal: AbortSignal): AsyncGenerator<Entry[]> {
    let held: Entry[] = [];
    for (;;) {
      held = [...held, ...(await this.read({ from, to: Date.now() + everyMs }))].sort(byTime);
      const ripe = signal.aborted ? Number.POSITIVE_INFINITY : Date.now() - LATE_MS;
      const young = held.findIndex(({ at = 0 }) => at > ripe);
      yield held.splice(0, young === -1 ? held.length : young);
      if (signal.aborted) return;
      await sleep(everyMs, undefined, { signal }).catch(() => {}); // it ends by the signal alone
    }
  }
}
