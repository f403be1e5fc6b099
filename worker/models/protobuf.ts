/**
 * Encoded protobuf as pieces that are joined once, at the end: a model's weights would otherwise be copied
 * at every level of nesting.
 */
export type Encoded = readonly Buffer[];

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** An integer field. Negative numbers take ten bytes, as the format has it for int32 and int64. */
export function intField(field: number, value: number): Encoded {
  return [Buffer.concat([varint((field << 3) | VARINT), varint(value)])];
}

/** A string or bytes field; a buffer is referred to, not copied. */
export function bytesField(field: number, value: string | Buffer): Encoded {
  const body = typeof value === 'string' ? Buffer.from(value) : value;
  return [tag(field, body.length), body];
}

/** A message field made of already encoded fields. */
export function messageField(field: number, ...parts: Encoded[]): Encoded {
  const body = parts.flat();
  const length = body.reduce((sum, piece) => sum + piece.length, 0);
  return [tag(field, length), ...body];
}

function tag(field: number, length: number): Buffer {
  return Buffer.concat([varint((field << 3) | LENGTH_DELIMITED), varint(length)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
