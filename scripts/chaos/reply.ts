import type { OutgoingHttpHeaders } from 'node:http';
import type { Call } from './call.ts';

export interface Reply {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/** How each service says that it cannot, or, where `throttled`, that it is asked too much. */
export function refusalOf({ service }: Call, throttled: boolean): Reply {
  switch (service) {
    case 'sqs':
      return throttled
        ? jsonReply(400, { __type: 'com.amazonaws.sqs#ThrottlingException', message: 'Rate exceeded' })
        : jsonReply(500, { __type: 'com.amazonaws.sqs#InternalFailure', message: 'We failed.' });
    case 's3':
      return throttled
        ? xmlReply(
            503,
            '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>',
          )
        : xmlReply(500, '<Error><Code>InternalError</Code><Message>We failed.</Message></Error>');
    case 'ec2': {
      const code = throttled ? 'RequestLimitExceeded' : 'InternalError';
      const error = `<Error><Code>${code}</Code><Message>We failed.</Message></Error>`;
      return xmlReply(throttled ? 503 : 500, `<Response><Errors>${error}</Errors></Response>`);
    }
    case 'push':
      return throttled
        ? jsonReply(429, { message: 'Too many requests' }, { 'x-amzn-errortype': 'LimitExceededException' })
        : jsonReply(500, { message: 'Internal server error' });
  }
}

export function jsonReply(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Reply {
  const type = { 'content-type': 'application/x-amz-json-1.0' };
  return { status, headers: { ...type, ...headers }, body: Buffer.from(JSON.stringify(value)) };
}

const xmlReply = (status: number, xml: string): Reply => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${xml}`),
});
