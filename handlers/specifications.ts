import { readConfig } from '../shared/config.ts';
import { type HttpAnswer, openHttpHandler } from '../shared/http.ts';
import { once } from '../shared/once.ts';
import { asyncApi } from '../shared/specifications/asyncapi.ts';
import { openApi } from '../shared/specifications/openapi.ts';
import { PAGE_POLICY, specificationsPage } from '../shared/specifications/page.ts';

const documents = once(() => {
  const { AUTH: auth, WEBSOCKET_ENDPOINT: endpoint } = readConfig(['AUTH', 'WEBSOCKET_ENDPOINT']);
  const [http, socket] = [openApi(auth), asyncApi({ endpoint, auth })];
  return new Map([
    ['GET /openapi.json', answer('application/json', JSON.stringify(http))],
    ['GET /asyncapi.json', answer('application/json', JSON.stringify(socket))],
    ['GET /docs', answer('text/html; charset=utf-8', specificationsPage(http, socket))],
  ]);
});

/** `GET /openapi.json`, `/asyncapi.json` and `/docs`: both interfaces, for programs and for people. */
export const handler = openHttpHandler(async ({ route }) => {
  const document = documents().get(route);
  if (!document) throw new Error(`no document for ${route}`);
  return document;
});

const answer = (type: string, body: string): HttpAnswer => ({
  statusCode: 200,
  headers: {
    'content-type': type,
    'cache-control': 'public, max-age=300',
    'content-security-policy': PAGE_POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  },
  body,
});
