import { ServiceError } from '../shared/errors.ts';
import type { ImageFormat } from '../shared/image-formats.ts';

const ACCEPTED = 'send a JPEG, PNG, WebP, GIF, AVIF or TIFF';
const PROBE_BYTES = 4096;

interface Signature<T> {
  readonly is: T;
  readonly pattern: RegExp;
}

/** Over the first bytes in hexadecimal, two digits a byte. */
const FORMATS: readonly Signature<ImageFormat>[] = [
  { is: 'jpeg', pattern: /^ffd8ff/ },
  { is: 'png', pattern: /^89504e470d0a1a0a/ },
  { is: 'webp', pattern: /^52494646.{8}57454250/ },
  { is: 'gif', pattern: /^47494638(?:37|39)61/ },
  // "ftyp", then brands of four bytes: "avif" or "avis" among the first of them.
  { is: 'avif', pattern: /^.{8}66747970(?:.{8}){0,12}?617669(?:66|73)/ },
  { is: 'tiff', pattern: /^(?:4949(?:2a|2b)00|4d4d00(?:2a|2b))/ },
];

/** What people send instead, so that the answer can name it; hexadecimal too. */
const OTHER_BINARIES: readonly Signature<string>[] = [
  { is: 'PDF files', pattern: /^(?:..){0,1024}?255044462d/ },
  { is: 'HEIC images', pattern: /^.{8}66747970(?:6865(?:69|76)|6d696631|6d736631)/ },
  { is: 'JPEG XL images', pattern: /^(?:ff0a|0000000c4a584c20)/ },
  { is: 'JPEG 2000 images', pattern: /^(?:ff4fff51|0000000c6a502020)/ },
  { is: 'BMP images', pattern: /^424d.{8}00000000/ },
  { is: 'icons (ICO)', pattern: /^0000(?:01|02)00/ },
  { is: 'Photoshop files', pattern: /^38425053/ },
  { is: 'compressed files', pattern: /^(?:1f8b|504b0304)/ },
];

/** Over the first bytes as latin1. HTML first: a page may have SVG inside. */
const OTHER_TEXTS: readonly Signature<string>[] = [
  { is: 'HTML pages', pattern: /^[^<]{0,64}<(?:!doctype\s+html|html|head|body|script|title)/i },
  { is: 'SVG images', pattern: /^[^<]{0,16}<(?:[\s\S]*<)?svg[\s:>]/i },
  { is: 'Text files', pattern: /^[\t\n\f\r\x20-\x7e\x80-\xff]+$/ },
];

/**
 * Tells an image's format by its first bytes; names and content types are the sender's claim and not looked
 * at. Only what passes here ever reaches a decoder.
 *
 * @throws {ServiceError} UNSUPPORTED_IMAGE for everything but the six formats, with the other's name where known.
 */
export function identifyFormat(bytes: Buffer): ImageFormat {
  if (bytes.length === 0) throw unsupported(`The file is empty: ${ACCEPTED}.`);
  const hex = bytes.toString('hex', 0, PROBE_BYTES);
  const format = match(FORMATS, hex);
  if (format !== undefined) return format;

  const other = match(OTHER_BINARIES, hex) ?? match(OTHER_TEXTS, bytes.toString('latin1', 0, PROBE_BYTES));
  throw unsupported(
    other === undefined
      ? `This is not an image we know: ${ACCEPTED}.`
      : `${other} are not supported: ${ACCEPTED}.`,
  );
}

function match<T>(signatures: readonly Signature<T>[], head: string): T | undefined {
  return signatures.find(({ pattern }) => pattern.test(head))?.is;
}

function unsupported(message: string): ServiceError {
  return new ServiceError('UNSUPPORTED_IMAGE', message);
}
