import { request } from 'undici';

const TOKEN_SECONDS = '60';
const TIMEOUT_MS = 2_000;
const TRIES = 3;

/** Neither INSTANCE_ID is set nor does a metadata service answer. */
export class UnknownInstanceError extends Error {
  override readonly name = 'UnknownInstanceError';
}

/**
 * The id of the EC2 instance that this runs on, from the metadata service, version 2 (with a token).
 * @param endpoint of the metadata service
 * @throws UnknownInstanceError where it does not answer
 */
export async function askInstanceId(endpoint: string): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      const token = await ask(endpoint, '/latest/api/token', 'PUT', {
        'x-aws-ec2-metadata-token-ttl-seconds': TOKEN_SECONDS,
      });
      return await ask(endpoint, '/latest/meta-data/instance-id', 'GET', {
        'x-aws-ec2-metadata-token': token,
      });
    } catch (cause) {
      if (tries < TRIES) continue;
      throw new UnknownInstanceError(
        `INSTANCE_ID is not set, and the metadata service at ${endpoint} does not tell it`,
        { cause },
      );
    }
  }
}

async function ask(
  endpoint: string,
  path: string,
  method: 'GET' | 'PUT',
  headers: Record<string, string>,
): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { statusCode, body } = await request(new URL(path, endpoint), { method, headers, signal });
  const text = await body.text();
  if (statusCode !== 200 || text === '') throw new Error(`${method} ${path} answered ${statusCode}`);
  return text.trim();
}
