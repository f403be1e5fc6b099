import { describe, expect, it } from 'vitest';
import { decodeAwsChunked } from './aws-chunked.ts';

const decode = (text: string) => decodeAwsChunked(Buffer.from(text));

describe('an aws-chunked body', () => {
  it('loses its marks, signatures included, and keeps its trailers', () => {
    const { body, trailers } = decode(
      '5;chunk-signature=abc\r\nhello\r\nA\r\n, \r\nworld!\r\n0\r\nx-amz-checksum-crc32:AAAA==\r\n\r\n',
    );
    expect(body.toString()).toBe('hello, \r\nworld!');
    expect(trailers).toEqual({ 'x-amz-checksum-crc32': 'AAAA==' });
  });

  it.each([
    '',
    '5',
    '5\r\nhel',
    '5\r\nhello\r\n',
    'zz\r\nhello\r\n0\r\n',
    '-1\r\n',
    'ffffffff\r\nx\r\n0\r\n\r\n',
  ])('that breaks off or is none is refused: %j', (text) => {
    expect(() => decode(text)).toThrow(expect.objectContaining({ code: 'IncompleteBody' }));
  });
});
