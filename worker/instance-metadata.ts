import { request } from 'undici';
import type { Config } from '../shared/config.ts';

const TOKEN_SECONDS = '21600'; // the longest there is
const TIMEOUT_MS = 2_000;
const TRIES = 3;

/** Neither INSTANCE_ID is set nor does a metadata service answer. */
export class UnknownInstanceError extends Error {
  override readonly name = 'UnknownInstanceError';
}

/** What EC2 tells a machine about itself: the instance metadata service, version 2 (with a token). */
export class InstanceMetadata {
  readonly #endpoint: string;
  #token: string | undefined;

  /** @param endpoint such as `http://169.254.169.254`; it may have a path, to which those of the service are added */
  constructor(endpoint: string) {
    this.#endpoint = endpoint.replace(/\/$/, '');
  }

  /**
   * @param path below `/latest/meta-data/`
   * @returns `undefined` where there is no such thing
   * @throws Error where the service does not answer
   */
  async ask(path: string): Promise<string | undefined> {
    this.#token ??= await this.#askToken();
    const headers = { 'x-aws-ec2-metadata-token': this.#token };
    const { status, text } = await this.#call('GET', `/latest/meta-data/${path}`, headers);
    if (status === 404) return undefined;
    if (status === 401) this.#token = undefined; // it has run out; the next call brings another
    if (status !== 200) throw new Error(`${path} of the metadata service answered ${status}`);
    return text;
  }

  async #askToken(): Promise<string> {
    const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': TOKEN_SECONDS };
    const { status, text } = await this.#call('PUT', '/latest/api/token', headers);
    if (status !== 200 || text === '') throw new Error(`the metadata service gave no token, but ${status}`);
    return text;
  }

  async #call(method: 'GET' | 'PUT', path: string, headers: Record<string, string>) {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { statusCode, body } = await request(this.#endpoint + path, { method, headers, signal });
    return { status: statusCode, text: (await body.text()).trim() };
  }
}

/** Which machine this is. */
export interface Identity {
  instanceId: string;
  /** Of the launch template; `undefined` where neither a setting nor a tag tells it. */
  launchTemplateVersion: number | undefined;
}

type IdentitySettings = Config<
  'INSTANCE_ID' | 'LAUNCH_TEMPLATE_VERSION' | 'AWS_EC2_METADATA_SERVICE_ENDPOINT'
>;

/**
 * Who this machine is, by the settings, or else by the metadata service.
 * @throws UnknownInstanceError where it does not answer
 */
export async function identify(config: IdentitySettings): Promise<Identity> {
  const { INSTANCE_ID, LAUNCH_TEMPLATE_VERSION, AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint } = config;
  if (INSTANCE_ID !== undefined)
    return { instanceId: INSTANCE_ID, launchTemplateVersion: LAUNCH_TEMPLATE_VERSION };
  const metadata = new InstanceMetadata(endpoint);
  for (let tries = 1; ; tries++) {
    try {
      const instanceId = await metadata.ask('instance-id');
      if (!instanceId) throw new Error('it tells no instance id');
      // EC2's own tag, shown since the launch template enables tags in the metadata.
      const tag = await metadata.ask('tags/instance/aws:ec2launchtemplate:version');
      const version = /^\d+$/.test(tag ?? '') ? Number(tag) : undefined;
      return { instanceId, launchTemplateVersion: LAUNCH_TEMPLATE_VERSION ?? version };
    } catch (cause) {
      if (tries < TRIES) continue;
      throw new UnknownInstanceError(
        `INSTANCE_ID is not set, and the metadata service at ${endpoint} does not tell it`,
        { cause },
      );
    }
  }
}
