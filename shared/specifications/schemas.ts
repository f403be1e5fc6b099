import * as z from 'zod';
import {
  acceptedMessage,
  batchAnswer,
  classifyFields,
  errorBody,
  errorMessage,
  healthAnswer,
  modelsAnswer,
  ONE_OR_SEVERAL,
  pendingAnswer,
  pongMessage,
  problemBody,
  resultMessage,
  resumeFields,
  uploadAnswer,
  uploadFields,
  uploadsAnswer,
  uploadsFields,
} from '../protocol.ts';

/** A JSON Schema, as far as the page reads it. */
export type Schema = z.core.JSONSchema.BaseSchema;
export type SubSchema = Schema | boolean;

/** A refusal by API Gateway itself, in its own words. */
const gatewayRefusal = z.looseObject({ message: z.string().nullish() });

/** What clients send, over HTTP. */
const HTTP_ASKED = {
  ClassifyFields: classifyFields,
  UploadFields: uploadFields,
  UploadsFields: uploadsFields,
};
/** What they are answered. */
const HTTP_ANSWERED = {
  Accepted: acceptedMessage,
  Result: resultMessage,
  Error: errorMessage,
  ErrorBody: errorBody,
  Problem: problemBody,
  Batch: batchAnswer,
  Pending: pendingAnswer,
  Upload: uploadAnswer,
  Uploads: uploadsAnswer,
  Health: healthAnswer,
  Models: modelsAnswer,
  GatewayRefusal: gatewayRefusal,
};
const action = <A extends string>(name: A) => ({ action: z.literal(name) });
const SOCKET_ASKED = {
  Classify: classifyFields.safeExtend(action('classify')).meta(ONE_OR_SEVERAL),
  Resume: resumeFields.extend(action('resume')),
  Ping: z.object(action('ping')),
};
const SOCKET_ANSWERED = {
  Accepted: acceptedMessage,
  Result: resultMessage,
  Error: errorMessage,
  ErrorBody: errorBody,
  Pong: pongMessage,
  GatewayRefusal: gatewayRefusal,
};

/** OpenAPI 3.1 has the schemas of JSON Schema 2020-12. */
export const httpSchemas = () => ({
  ...named(HTTP_ASKED, 'input', 'draft-2020-12'),
  ...named(HTTP_ANSWERED, 'output', 'draft-2020-12'),
});

/** AsyncAPI 3 has those of draft 7. */
export const socketSchemas = () => ({
  ...named(SOCKET_ASKED, 'input', 'draft-7'),
  ...named(SOCKET_ANSWERED, 'output', 'draft-7'),
});

export const refTo = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** Schemas under their names, each in terms of the others. */
function named(
  schemas: Readonly<Record<string, z.ZodType>>,
  io: 'input' | 'output',
  target: 'draft-7' | 'draft-2020-12',
): Record<string, Schema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const uri = (id: string) => refTo(id).$ref;
  const made = z.toJSONSchema(registry, { io, target, uri, override: withoutSafeRange }).schemas;
  return Object.fromEntries(
    Object.entries(made).map(([name, { $schema, $id, ...schema }]) => [name, schema]),
  );
}

/** A schema without a name, such as a parameter's: what it is once it is parsed. */
export function inlineSchema(schema: z.ZodType): Schema {
  const { $schema, ...inline } = z.toJSONSchema(schema, { override: withoutSafeRange });
  return inline;
}

/** That an integer is a safe one of JavaScript's goes without saying. */
function withoutSafeRange({ jsonSchema }: { jsonSchema: Schema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}
