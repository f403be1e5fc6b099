import type { ErrorCode } from '../shared/errors.ts';
import type { Failure } from './item.ts';

/** An error as a person is told of it: what happened, and what to do. */
export interface Advice {
  readonly what: string;
  readonly toDo: string;
  /** Whether a button offers to try again: it does not where the same would happen. */
  readonly again: boolean;
}

/** What the client or the page adds to the service's own codes. */
type OwnCode = 'NO_CONNECTION' | 'UPLOAD_FAILED' | 'CLOSED' | 'FILE_LOST' | 'FILE_UNREADABLE';

type Write = (failure: Failure) => Advice;
const say =
  (again: boolean, what: string, toDo: string): Write =>
  () => ({ what, toDo, again });

const ADVICE: Readonly<Record<ErrorCode | OwnCode, Write>> = {
  INVALID_MESSAGE: ({ message }) => ({
    what: `The service did not understand what was asked: ${message}`,
    toDo: 'Check the options and the address, and classify it anew.',
    again: false,
  }),
  INVALID_URL: say(
    false,
    'This is not the address of an image.',
    'Give the whole address, beginning with https:// – or save the image and drop the file here.',
  ),
  FORBIDDEN_URL: say(
    false,
    'The service does not go to this address: it is not open to everybody on the internet.',
    'Save the image and drop the file here instead.',
  ),
  UNAUTHORIZED: say(
    true,
    'The service did not take the key.',
    'Give a valid key above; nothing is lost until then.',
  ),
  UNKNOWN_MODEL: say(false, 'The service does not have this model.', 'Choose another one in the options.'),
  UNKNOWN_REQUEST: say(
    true,
    'The service does not know this image any more: it keeps results for a day, for the key that asked.',
    'Try again to classify it anew.',
  ),
  CONFLICT: say(true, 'The service took this image for another one.', 'Try again.'),
  DOWNLOAD_FAILED: ({ message }) => ({
    what: `The service could not get the image from there. ${message}`,
    toDo: 'Open the address in a new tab: if the image shows, save it and drop the file here.',
    again: true,
  }),
  IMAGE_TOO_LARGE: say(
    false,
    'The image is too large: at most 20 MB and 50 megapixels.',
    'Make it smaller – 1000 pixels are plenty – and drop the file here.',
  ),
  UNSUPPORTED_IMAGE: say(
    false,
    'This is not an image that the service can read.',
    'Use a JPEG, PNG, WebP, GIF, AVIF or TIFF file; open it in an image viewer to see whether it is whole.',
  ),
  OVERLOADED: ({ retryAfterMs }) => ({
    what: 'The service has more to do than it can finish in time.',
    toDo: `Try again ${retryAfterMs === undefined ? 'in a while' : `in ${Math.ceil(retryAfterMs / 1000)} s`}.`,
    again: true,
  }),
  TIMEOUT: say(
    true,
    'The service did not get to this image within two minutes.',
    'Try again to send it anew.',
  ),
  INTERNAL: say(
    true,
    'Something went wrong in the service.',
    'Try again; if it stays so, tell who runs the service.',
  ),
  NO_CONNECTION: say(true, 'The service could not be reached.', 'Check the network, and try again.'),
  UPLOAD_FAILED: say(true, 'The file could not be handed over.', 'Check the network, and try again.'),
  CLOSED: say(true, 'This was interrupted.', 'Try again.'),
  FILE_LOST: say(false, 'The page was loaded anew, and has this file no more.', 'Choose the file again.'),
  FILE_UNREADABLE: say(
    false,
    'The browser cannot read this: it is a folder, or a file that was moved or changed meanwhile.',
    'Choose the file again; instead of a folder, the images in it.',
  ),
};

const isKnown = (code: string): code is keyof typeof ADVICE => Object.hasOwn(ADVICE, code);

/** What to tell of a failure. A code that is newer than this page is told in the service's own words. */
export const adviceFor = (failure: Failure): Advice =>
  isKnown(failure.code)
    ? ADVICE[failure.code](failure)
    : { what: failure.message, toDo: 'Try again.', again: true };
