import { ACCOUNT, REGION } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import type { Reply } from '../http-reply.ts';
import { renderXml } from '../xml.ts';
import { Bucket } from './bucket.ts';
import { verifyChecksums } from './checksums.ts';
import { corsHeaders, parseCorsRules, preflight } from './cors.ts';
import { deleteObjects } from './delete-objects.ts';
import { S3Error } from './errors.ts';
import { listObjects } from './list-objects.ts';
import { copyObject, deleteObject, getObject, headObject, putObject } from './object-operations.ts';
import { checkPresigned } from './presigned.ts';
import { allowQuery, headerOf, parseS3Request, type S3Request } from './request.ts';

const BUCKET_NAME = /^(?!xn--)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]$/;
const XML_HEADERS = { 'content-type': 'application/xml' };

/** S3's REST interface in path style, in memory. */
export class S3Service {
  #buckets = new Map<string, Bucket>();

  /** Answers one request; what S3 refuses is an answer as well. */
  handle(...[method, url, headers, body]: Parameters<typeof parseS3Request>): Reply {
    try {
      const request = parseS3Request(method, url, headers, body);
      if (method === 'OPTIONS') return preflight(request, this.#bucket(request.bucket).corsRules);
      const reply = this.#answer(request);
      if (headers.origin === undefined) return reply;
      const { corsRules = [] } = this.#buckets.get(request.bucket) ?? {};
      return { ...reply, headers: { ...reply.headers, ...corsHeaders(request, corsRules) } };
    } catch (error) {
      return refusal(error, method);
    }
  }

  #answer(request: S3Request): Reply {
    try {
      checkPresigned(request);
      return this.#route(request);
    } catch (error) {
      return refusal(error, request.method);
    }
  }

  #route(request: S3Request): Reply {
    if (request.bucket === '') return this.#listBuckets(request);
    return request.key === '' ? this.#onBucket(request) : this.#onObject(request);
  }

  #onObject(request: S3Request): Reply {
    const bucket = this.#bucket(request.bucket);
    const copySource = headerOf(request, 'x-amz-copy-source');
    switch (request.method) {
      case 'PUT':
        if (copySource === undefined) return putObject(request, bucket);
        return copyObject(request, bucket, (name) => this.#bucket(name), copySource);
      case 'GET':
        return getObject(request, bucket);
      case 'HEAD':
        return headObject(request, bucket);
      case 'DELETE':
        return deleteObject(request, bucket);
      default:
        throw notEmulated(request);
    }
  }

  #onBucket(request: S3Request): Reply {
    if (request.method === 'PUT' && request.query.has('cors')) return this.#putCors(request);
    if (request.method === 'PUT') return this.#createBucket(request);
    const bucket = this.#bucket(request.bucket);
    if (request.method === 'GET' && request.query.get('list-type') === '2')
      return listObjects(request, bucket);
    if (request.method === 'POST' && request.query.has('delete')) return deleteObjects(request, bucket);
    allowQuery(request);
    switch (request.method) {
      case 'HEAD':
        return { status: 200, headers: { 'x-amz-bucket-region': REGION } };
      case 'DELETE':
        if (!bucket.isEmpty) throw new S3Error('BucketNotEmpty');
        this.#buckets.delete(bucket.name);
        return { status: 204 };
      default:
        throw notEmulated(request);
    }
  }

  /** To create one's own bucket again succeeds, as in the region that this endpoint stands for. */
  #createBucket(request: S3Request): Reply {
    allowQuery(request);
    const { bucket } = request;
    if (!BUCKET_NAME.test(bucket)) throw new S3Error('InvalidBucketName');
    if (!this.#buckets.has(bucket)) this.#buckets.set(bucket, new Bucket(bucket));
    return { status: 200, headers: { location: `/${bucket}` } };
  }

  #putCors(request: S3Request): Reply {
    allowQuery(request, 'cors');
    verifyChecksums(request.body, request.headers);
    this.#bucket(request.bucket).corsRules = parseCorsRules(request.body.toString());
    return { status: 200 };
  }

  #listBuckets(request: S3Request): Reply {
    allowQuery(request);
    if (request.method !== 'GET') throw notEmulated(request);
    const buckets = [...this.#buckets.values()].map(({ name, createdAt }) => ({
      Name: name,
      CreationDate: createdAt,
    }));
    const result = { ListAllMyBucketsResult: { Owner: { ID: ACCOUNT }, Buckets: { Bucket: buckets } } };
    return { status: 200, headers: XML_HEADERS, body: renderXml(result) };
  }

  #bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw new S3Error('NoSuchBucket');
    return bucket;
  }
}

function notEmulated(request: S3Request): S3Error {
  return new S3Error('NotImplemented', `${request.method} is not emulated here.`);
}

function refusal(error: unknown, method: string): Reply {
  if (error instanceof AwsError) return errorReply(error, method);
  throw error;
}

/** Answers to HEAD and those of 304 have no body; the SDK then goes by the status. */
function errorReply(error: AwsError, method: string): Reply {
  if (method === 'HEAD' || error.status === 304) return { status: error.status };
  const xml = renderXml({ Error: { Code: error.code, Message: error.message } });
  return { status: error.status, headers: XML_HEADERS, body: `<?xml version="1.0" encoding="UTF-8"?>${xml}` };
}
