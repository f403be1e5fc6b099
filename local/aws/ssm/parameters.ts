import { ACCOUNT, REGION } from '../account.ts';
import { AwsError } from '../aws-error.ts';

const NAME = /^\/[\w.-]+(\/[\w.-]+){0,14}$/;
const MAX_VALUE_BYTES = 4096;

interface Parameter {
  readonly Name: string;
  readonly Value: string;
  readonly Type: 'String';
  readonly Version: number;
  /** In s since the epoch, as SSM tells it. */
  readonly LastModifiedDate: number;
  readonly ARN: string;
}

/** The parameters of an account, by their names: paths such as `/a/b`. */
export class Parameters {
  #parameters = new Map<string, Parameter>();

  put({ Name, Value, Overwrite }: { Name: string; Value: string; Overwrite: boolean }): object {
    if (!NAME.test(Name))
      throw new AwsError('ValidationException', 'Parameter name must be a fully qualified name.');
    if (Buffer.byteLength(Value) > MAX_VALUE_BYTES)
      throw new AwsError('ValidationException', `Standard tier parameters support ${MAX_VALUE_BYTES} bytes.`);
    const previous = this.#parameters.get(Name);
    if (previous && !Overwrite) throw new AwsError('ParameterAlreadyExists', 'The parameter already exists.');
    const Version = (previous?.Version ?? 0) + 1;
    const ARN = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${Name}`;
    this.#parameters.set(Name, {
      ...{ Name, Value, Version, ARN },
      Type: 'String',
      LastModifiedDate: Date.now() / 1000,
    });
    return { Version, Tier: 'Standard' };
  }

  get(name: string): Parameter {
    return this.#parameters.get(name) ?? notFound(name);
  }

  delete(name: string): object {
    if (!this.#parameters.delete(name)) notFound(name);
    return {};
  }

  /** Those right under a path, a page at a time; the token is the name of the last one shown. */
  under(request: { Path: string; MaxResults: number; NextToken?: string | undefined }): object {
    const { MaxResults, NextToken: after = '' } = request;
    const prefix = `${request.Path.replace(/\/$/, '')}/`;
    const names = [...this.#parameters.keys()]
      .filter((name) => name.startsWith(prefix) && !name.slice(prefix.length).includes('/'))
      .sort()
      .filter((name) => name > after);
    const shown = names.slice(0, MaxResults);
    const more = names.length > shown.length;
    return { Parameters: shown.map((name) => this.get(name)), ...(more && { NextToken: shown.at(-1) }) };
  }
}

function notFound(name: string): never {
  throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
}
