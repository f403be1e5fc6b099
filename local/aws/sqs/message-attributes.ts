import { createHash, type Hash } from 'node:crypto';

/** One attribute as it comes over the wire; a binary value is base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: string | undefined;
}
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const STRING_VALUE = Buffer.of(1);
const BINARY_VALUE = Buffer.of(2);

/** Bytes that the attributes add to the size of their message. */
export function attributesBytes(attributes: MessageAttributes | undefined): number {
  let bytes = 0;
  for (const name in attributes) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    bytes += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + valueBytes(attribute).length;
  }
  return bytes;
}

/**
 * MD5 over the attributes sorted by name, each as length and bytes of name, type, kind and value: "Calculating
 * the MD5 message digest for message attributes" in the SQS developer guide.
 * @returns hexadecimal, or `undefined` when there are none
 */
export function attributesMd5(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    hashWithLength(hash, Buffer.from(name));
    hashWithLength(hash, Buffer.from(attribute.DataType));
    hash.update(isBinary(attribute) ? BINARY_VALUE : STRING_VALUE);
    hashWithLength(hash, valueBytes(attribute));
  }
  return hash.digest('hex');
}

/** The attributes that a receiver asked for: by name, by `prefix.*`, or all of them (`All`, `.*`). */
export function selectAttributes(
  attributes: MessageAttributes,
  wanted: readonly string[],
): MessageAttributes {
  if (wanted.length === 0) return {};
  const matches = (name: string) =>
    wanted.some(
      (pattern) =>
        pattern === 'All' ||
        pattern === name ||
        (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => matches(name)));
}

function isBinary(attribute: MessageAttribute): boolean {
  return attribute.DataType.startsWith('Binary');
}

function valueBytes(attribute: MessageAttribute): Buffer {
  return isBinary(attribute)
    ? Buffer.from(attribute.BinaryValue ?? '', 'base64')
    : Buffer.from(attribute.StringValue ?? '');
}

function hashWithLength(hash: Hash, bytes: Buffer): void {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  hash.update(length).update(bytes);
}
