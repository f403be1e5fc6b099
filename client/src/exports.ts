export type { Cloud } from './cloud.ts';
export {
  ClosedError,
  CloudError,
  ConflictError,
  DownloadFailedError,
  ForbiddenUrlError,
  ImageTooLargeError,
  InternalError,
  InvalidMessageError,
  InvalidUrlError,
  NoConnectionError,
  OverloadedError,
  TimeoutError,
  UnauthorizedError,
  UnknownModelError,
  UnknownRequestError,
  UnsupportedImageError,
  UploadFailedError,
} from './errors.ts';
export type { CloudState } from './line.ts';
export type { Accepted, Label, Model, Result } from './messages.ts';
export type {
  Answer,
  AskOptions,
  ClassifyAllOptions,
  ClassifyOptions,
  ConnectOptions,
  Image,
  Outcome,
  Resumed,
  WaitOptions,
} from './options.ts';
