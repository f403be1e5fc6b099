import type { Result } from '../client/index.ts';

/** What is asked for beyond the labels. */
export interface More {
  readonly parents: true | undefined;
  readonly colors: true | undefined;
  readonly image: true | undefined;
  readonly moderation: true | undefined;
}

/** What is asked of each image. `minConfidence` is 0 to 1. */
export interface Options extends Partial<More> {
  readonly topK: number;
  readonly minConfidence: number;
  /** Undefined: the stage's own choice. */
  readonly model: string | undefined;
}

/** Where an image comes from. A file is gone after a reload, unless it was handed over before. */
export type Source =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly name: string; readonly file: Blob | undefined };

/** Why an image has no labels; `code` is the service's, the client's, or the page's own. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
}

export type Labelled = Pick<Result, 'labels' | 'model' | 'timings' | 'colors' | 'image' | 'moderation'>;

/**
 * The life of an image on this page:
 *
 *     waiting ──▶ uploading (files only) ──▶ queued ──▶ done
 *        ▲  ▲            │                     │
 *        │  └── key ◀────┴─────────────────────┤
 *        └──────────── failed ◀────────────────┘
 *
 * `key`: the stage did not take the key; it waits for another one.
 */
export type Stage =
  | { readonly kind: 'waiting' | 'uploading' | 'key' }
  /** `position` and `etaMs` as they were at `at`, in ms since the epoch; null while unknown. */
  | {
      readonly kind: 'queued';
      readonly position: number | null;
      readonly etaMs: number | null;
      readonly at: number;
    }
  | { readonly kind: 'done'; readonly result: Labelled }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface Item {
  /** Its place in this tab's history: the newest batch comes first, in its own order. */
  readonly key: number;
  readonly batch: number;
  readonly source: Source;
  readonly options: Options;
  /** A small picture of a file, as a data: URL, for when the file is gone. */
  thumbnail?: string | undefined;
  /** Under which the service knows it; its outcome can be asked for. */
  requestId?: string | undefined;
  stage: Stage;
}

export const nameOf = ({ source }: Item): string => (source.kind === 'url' ? source.url : source.name);

/** The kinds that a person tells apart. */
export type Group = 'running' | 'done' | 'failed';
export const groupOf = ({ stage }: Item): Group =>
  stage.kind === 'done' || stage.kind === 'failed' ? stage.kind : 'running';
