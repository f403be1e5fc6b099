import { AwsError } from '../aws-error.ts';

const MESSAGES = {
  NoSuchBucket: [404, 'The specified bucket does not exist'],
  NoSuchKey: [404, 'The specified key does not exist.'],
  BucketNotEmpty: [409, 'The bucket you tried to delete is not empty'],
  InvalidBucketName: [400, 'The specified bucket is not valid.'],
  PreconditionFailed: [412, 'At least one of the pre-conditions you specified did not hold'],
  NotModified: [304, 'Not Modified'],
  InvalidRange: [416, 'The requested range is not satisfiable'],
  BadDigest: [400, 'The checksum or Content-MD5 you specified did not match what was received.'],
  InvalidDigest: [400, 'The Content-MD5 you specified is not valid.'],
  KeyTooLongError: [400, 'Your key is too long'],
  MetadataTooLarge: [400, 'Your metadata headers exceed the maximum allowed metadata size'],
  MalformedXML: [
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  ],
  InvalidArgument: [400, 'Invalid Argument'],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  InvalidRequest: [400, 'Invalid Request'],
  IncompleteBody: [400, 'The request body terminated unexpectedly'],
  MethodNotAllowed: [405, 'The specified method is not allowed against this resource.'],
  AccessDenied: [403, 'Access Denied'],
  AccessForbidden: [403, 'CORSResponse: This CORS request is not allowed.'],
  SignatureDoesNotMatch: [
    403,
    'The request signature we calculated does not match the signature you provided.',
  ],
  AuthorizationQueryParametersError: [400, 'Error parsing the X-Amz query parameters'],
  NotImplemented: [
    501,
    'A header or a query parameter you provided implies functionality that is not implemented',
  ],
} as const satisfies Record<string, readonly [number, string]>;

/** An error of S3, with the status and (unless another is given) the message that go with its code. */
export class S3Error extends AwsError {
  constructor(code: keyof typeof MESSAGES, message?: string) {
    super(code, message ?? MESSAGES[code][1], MESSAGES[code][0]);
  }
}
