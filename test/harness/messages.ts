import { Ajv } from 'ajv';
import { asyncApi } from '../../shared/specifications/asyncapi.ts';

const { components } = asyncApi({ endpoint: 'http://127.0.0.1', auth: 'open' });
const ajv = new Ajv({ strict: false }).addSchema({ $id: 'asyncapi', components });

const oneOf = (...names: (keyof typeof components.schemas)[]) =>
  ajv.compile({ oneOf: names.map((name) => ({ $ref: `asyncapi#/components/schemas/${name}` })) });
const sent = oneOf('Classify', 'Resume', 'Ping');
const received = oneOf('Accepted', 'Result', 'Error', 'Pong');

/** Why the AsyncAPI document does not let a client send this; `undefined` where it does. */
export const whyNotSent = (message: unknown): string | undefined =>
  sent(message) ? undefined : ajv.errorsText(sent.errors);

/** Why it does not let the service send this. */
export const whyNotReceived = (message: unknown): string | undefined =>
  received(message) ? undefined : ajv.errorsText(received.errors);

/** @throws Error where the AsyncAPI document does not let the service send this */
export function checkReceived(message: unknown): void {
  const why = whyNotReceived(message);
  if (why !== undefined) throw new Error(`not in the AsyncAPI document: ${JSON.stringify(message)}: ${why}`);
}
