import {
  DeleteParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  paginateGetParametersByPath,
} from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { hashOfKey, idOfKey, newApiKey } from './api-key.ts';
import { ssm } from './aws.ts';
import { log } from './log.ts';

/** The most that SSM gives at a time. */
const PAGE = 10;

const kept = z.object({ name: z.string(), hash: z.string(), createdAt: z.string() });

/** A key as it is kept: its hash, never itself. */
export type ApiKey = z.infer<typeof kept> & { id: string };

/** The API keys of a stage: a parameter each, which stands before the stage is deployed and after it is removed. */
export class KeyStore {
  readonly #path: string;
  constructor(stage: string) {
    this.#path = `/classifycloud/${stage}/keys`;
  }

  /** All keys, in no order. One that cannot be read is left out: it opens nothing. */
  async list(): Promise<ApiKey[]> {
    const keys: ApiKey[] = [];
    const pages = paginateGetParametersByPath({ client: ssm(), pageSize: PAGE }, { Path: this.#path });
    for await (const { Parameters = [] } of pages)
      for (const { Name = '', Value = '' } of Parameters) {
        const id = Name.slice(this.#path.length + 1);
        const key = parse(Value);
        if (key) keys.push({ id, ...key });
        else log.error('API key unreadable', { parameter: Name });
      }
    return keys;
  }

  /**
   * Makes a key for a tenant.
   * @returns the key itself, which is kept nowhere, and what is kept of it
   */
  async create(name: string, now = new Date()): Promise<{ key: string; kept: ApiKey }> {
    const key = newApiKey();
    const id = idOfKey(key) ?? '';
    const value = { name, hash: hashOfKey(key), createdAt: now.toISOString() };
    await ssm().send(
      new PutParameterCommand({
        Name: `${this.#path}/${id}`,
        Value: JSON.stringify(value),
        Type: 'String',
        Description: 'Hash of an API key of ClassifyCloud',
        Overwrite: false,
      }),
    );
    return { key, kept: { id, ...value } };
  }

  /** @returns false where there is no such key */
  async revoke(id: string): Promise<boolean> {
    try {
      await ssm().send(new DeleteParameterCommand({ Name: `${this.#path}/${id}` }));
      return true;
    } catch (error) {
      if (error instanceof ParameterNotFound) return false;
      throw error;
    }
  }
}

function parse(text: string): z.infer<typeof kept> | undefined {
  try {
    return kept.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
