import type { Reply } from '../http-reply.ts';
import { renderXml, unescapeXml } from '../xml.ts';
import type { Bucket } from './bucket.ts';
import { verifyChecksums } from './checksums.ts';
import { S3Error } from './errors.ts';
import { allowQuery, type S3Request } from './request.ts';

const MAX_KEYS = 1_000;
const OBJECT = /<Object>(.*?)<\/Object>/gs;
const KEY = /<Key>(.*?)<\/Key>/s;

/** DeleteObjects. @throws S3Error `MalformedXML`, and `NotImplemented` for versions and conditions */
export function deleteObjects(request: S3Request, bucket: Bucket): Reply {
  allowQuery(request, 'delete');
  verifyChecksums(request.body, request.headers);
  const xml = request.body.toString();
  const keys = Array.from(xml.matchAll(OBJECT), ([, object = '']) => keyOf(object));
  if (keys.length === 0 || keys.length > MAX_KEYS) throw new S3Error('MalformedXML');
  for (const key of keys) bucket.delete(key);
  const isQuiet = /<Quiet>\s*true\s*<\/Quiet>/.test(xml);
  const body = renderXml({ DeleteResult: { Deleted: isQuiet ? [] : keys.map((Key) => ({ Key })) } });
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

function keyOf(object: string): string {
  if (/<(VersionId|ETag|LastModifiedTime|Size)>/.test(object)) throw new S3Error('NotImplemented');
  const key = KEY.exec(object)?.[1];
  if (!key) throw new S3Error('MalformedXML');
  return unescapeXml(key);
}
