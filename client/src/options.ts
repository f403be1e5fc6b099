import type { CloudError } from './errors.ts';
import type { Accepted, Result } from './messages.ts';
import type { Bytes } from './upload.ts';

/** An absolute http(s) URL, the bytes themselves, or what gives them when their turn has come. */
export type Image = string | URL | Bytes;

export interface ConnectOptions {
  /** API key; a deployed stage asks for one. It goes into no URL. */
  key?: string | undefined;
  /** Address of the HTTP interface: for uploads, and for networks that let no WebSocket pass. */
  httpUrl?: string | URL | undefined;
  /** Requests under way at once; 100. */
  maxInFlight?: number | undefined;
  /** For each image, all tries together, in ms; 5 minutes. `Infinity` tries for ever. */
  budgetMs?: number | undefined;
}

export interface WaitOptions {
  /** Ends the wait, with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** As {@link ConnectOptions.budgetMs}, for this call. */
  budgetMs?: number | undefined;
}

/** What may be asked of an image, and is told in its result. */
export interface AskOptions {
  /** Labels at most, 1 to 1000; 5. */
  topK?: number | undefined;
  /** Least confidence of a label, 0 to 1; 0. */
  minConfidence?: number | undefined;
  /** A model that the stage serves, as `name` or `name@version`; the stage's default. */
  model?: string | undefined;
  /** Only labels of these names, or with a parent of such a name, such as `dog`. */
  includeLabels?: string[] | undefined;
  /** No label of these names, or with a parent of such a name. */
  excludeLabels?: string[] | undefined;
  /** Only labels of these categories, such as `vehicle`. */
  includeCategories?: string[] | undefined;
  /** Tell the `parents` and the `category` of each label. */
  parents?: boolean | undefined;
  /** Tell also how a model for content moderation sees the image. */
  moderation?: boolean | undefined;
  /** Tell the dominant colours. */
  colors?: boolean | undefined;
  /** Tell the size and the format of the image. */
  image?: boolean | undefined;
}

export interface ClassifyOptions extends WaitOptions, AskOptions {
  /** In which what failed and may pass is tried again, in ms; unless said as long as the budget lasts. */
  retryMs?: number | undefined;
  /** The service took the request on. Called again for each new try, which has an id of its own. */
  onAccepted?: ((accepted: Accepted) => void) | undefined;
}

export interface ClassifyAllOptions extends Omit<ClassifyOptions, 'onAccepted'> {
  /** Images under way at once; as many as {@link ConnectOptions.maxInFlight}. */
  concurrency?: number | undefined;
  onAccepted?: ((accepted: Accepted, index: number) => void) | undefined;
}

/** How a request ended. */
export type Outcome = { ok: true; result: Result } | { ok: false; error: CloudError };
export type Answer<I extends Image = Image> = Outcome & { image: I; index: number };
export type Resumed = Outcome & { requestId: string };
