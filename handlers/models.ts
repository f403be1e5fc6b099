import { readConfig } from '../shared/config.ts';
import { ServiceError } from '../shared/errors.ts';
import { json, openHttpHandler } from '../shared/http.ts';
import { once } from '../shared/once.ts';
import type { ModelsAnswer } from '../shared/protocol.ts';
import { freshServedCatalogue } from '../shared/served-catalogue.ts';

const config = once(() => readConfig(['BUCKET']));

/** `GET /models`: what `model` of a request may be. */
export const handler = openHttpHandler(async () => {
  const catalogue = await freshServedCatalogue(config().BUCKET);
  if (catalogue === undefined)
    throw new ServiceError('INTERNAL', 'This stage has not published its models yet.');
  const { v, ...answer } = catalogue;
  return json(200, answer satisfies ModelsAnswer);
});
