import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { type Asset, assets, document } from 'virtual:page';
import { readConfig } from '../shared/config.ts';
import { type Headers, headerIn } from '../shared/credentials.ts';
import { type HttpAnswer, json, openHttpHandler } from '../shared/http.ts';
import { log } from '../shared/log.ts';
import { once } from '../shared/once.ts';

const config = once(() => readConfig(['AUTH', 'WEBSOCKET_ENDPOINT', 'UPLOAD_ORIGIN']));

/** `GET /` and `GET /assets/{name}`: the page, for whoever comes; it asks for a key itself where the stage wants one. */
export const handler = openHttpHandler(async ({ path: { name }, headers }) => {
  const answer = name === undefined ? file(page(), 'no-cache', headers) : asset(name, headers);
  log.info('page', { name, status: answer.statusCode });
  return answer;
});

/** The document, with what only the stage knows. */
const page = once((): Asset => {
  const settings: Readonly<Record<string, string>> = {
    webSocket: webSocket(),
    auth: config().AUTH,
  };
  const text = document.replace(/\{\{setting (\w+)\}\}/g, (_, name: string) => settings[name] ?? '');
  return {
    type: 'text/html',
    br: brotliCompressSync(text).toString('base64'),
    gzip: gzipSync(text).toString('base64'),
  };
});

const webSocket = (): string => config().WEBSOCKET_ENDPOINT.replace(/^http/, 'ws');

function asset(name: string, headers: Headers): HttpAnswer {
  const found = Object.hasOwn(assets, name) ? assets[name] : undefined;
  if (found === undefined) return json(404, { message: 'Not Found' });
  return file(found, 'public, max-age=31536000, immutable', headers); // its name changes with its content
}

function file(content: Asset, cacheControl: string, headers: Headers): HttpAnswer {
  const { encoding, body } = encoded(content, headerIn(headers, 'accept-encoding') ?? '');
  return {
    statusCode: 200,
    headers: {
      ...securityHeaders(),
      'content-type': `${content.type}; charset=utf-8`,
      'cache-control': cacheControl,
      vary: 'accept-encoding',
      ...(encoding && { 'content-encoding': encoding }),
    },
    body,
    isBase64Encoded: true,
  };
}

/** As the browser takes it. */
function encoded(content: Asset, accepted: string): { encoding?: string; body: string } {
  const taken = new Map(
    accepted.split(',').map((part) => {
      const [name = '', quality = ''] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*q=/);
      return [name, quality === '' || Number(quality) > 0];
    }),
  );
  for (const encoding of ['br', 'gzip'] as const)
    if (taken.get(encoding)) return { encoding, body: content[encoding] };
  return { body: gunzipSync(Buffer.from(content.gzip, 'base64')).toString('base64') };
}

/** Nothing is run, and nothing is sent to, but this stage. Images are shown from wherever they are. */
const securityHeaders = once(() => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data: https: http:",
    `connect-src 'self' ${new URL(webSocket()).origin} ${config().UPLOAD_ORIGIN}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}));
