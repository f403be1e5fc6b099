import { createHash } from 'node:crypto';
import { ERROR_CODES, ERRORS } from '../errors.ts';
import type { asyncApi } from './asyncapi.ts';
import { exampleHtml, fieldsHtml, type Html, html, inWords, raw, typeOf } from './html.ts';
import type { openApi } from './openapi.ts';
import { STYLE } from './page-style.ts';
import type { Schema } from './schemas.ts';

type OpenApi = ReturnType<typeof openApi>;
type AsyncApi = ReturnType<typeof asyncApi>;

/** Only the page's own style is applied, and nothing is loaded or run. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Both documents for people: one page that needs no script and nothing from elsewhere. */
export function specificationsPage(http: OpenApi, socket: AsyncApi): string {
  const { title, description } = http.info;
  const schemas = { ...http.components.schemas, ...socket.components.schemas };
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}: both interfaces</title>
<link rel="icon" href="data:,">
<style>${raw(STYLE)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${description}</p>
<nav aria-label="On this page"><a href="#http">HTTP</a> <a href="#websocket">WebSocket</a> <a href="#errors">Error codes</a> <a href="#fields">Fields</a></nav>
<p>For programs: <a href="openapi.json">openapi.json</a>, <a href="asyncapi.json">asyncapi.json</a>.</p>
</header>
<main>
<section id="http">
<h2>HTTP</h2>
<p>${inWords(http.components.securitySchemes.key.description)}</p>
${Object.entries(http.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => operationHtml(method, path, operation)),
)}
</section>
<section id="websocket">
<h2>WebSocket</h2>
<p><code>${addressOf(socket)}</code></p>
<p>${socket.servers.stage.description}</p>
<p>${inWords(socket.components.securitySchemes.key.description)}</p>
${socketHtml(socket)}
</section>
<section id="errors">
<h2>Error codes</h2>
<p>The same over both interfaces.</p>
<dl>${ERROR_CODES.map(
    (code) =>
      html`<dt id="error-${code}"><code>${code}</code> <small>${ERRORS[code].status}${ERRORS[code].retryable ? ', retryable' : ''}</small></dt><dd>${ERRORS[code].message}</dd>`,
  )}</dl>
</section>
<section id="fields">
<h2>Fields</h2>
${Object.entries(schemas).map(
  ([name, schema]) => html`<section id="fields-${name}"><h3>${name}</h3>${fieldsHtml(schema)}</section>`,
)}
</section>
</main>
</body>
</html>
`;
  return page.text;
}

const addressOf = ({ servers: { stage } }: AsyncApi) =>
  `${stage.protocol}://${stage.host}${stage.pathname ?? '/'}`;

/** The parts of an operation of OpenAPI that the page shows. */
interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  parameters?: { name: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { description: string; content: Record<string, Content> }>;
}
interface Content {
  schema: Schema;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}

function operationHtml(method: string, path: string, operation: Operation): Html {
  const { operationId, summary, description = '', parameters = [], requestBody, responses } = operation;
  const properties = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema]));
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name);
  return html`<article id="${operationId}">
<h3><code>${method.toUpperCase()} ${path}</code></h3>
<p>${summary}. ${inWords(description)}</p>
${parameters.length > 0 ? html`<h4>Parameters</h4>${fieldsHtml({ properties, required })}` : ''}
${requestBody ? html`<h4>Body</h4>${contentHtml(requestBody.content)}` : ''}
<h4>Answers</h4>
${Object.entries(responses).map(
  ([status, response]) =>
    html`<details><summary><strong>${status}</strong> ${inWords(response.description)}</summary>${contentHtml(response.content)}</details>`,
)}
</article>`;
}

const contentHtml = (content: Record<string, Content>) =>
  Object.entries(content).map(
    ([type, { schema, example, examples = {} }]) =>
      html`<p><code>${type}</code>: ${typeOf(schema)}</p>${[
        ...(example === undefined ? [] : [example]),
        ...Object.values(examples).map(({ value }) => value),
      ].map(exampleHtml)}`,
  );

function socketHtml({ components: { messages } }: AsyncApi): Html[] {
  return Object.values(messages).map(
    ({ name, summary, payload, examples }) => html`<article>
<h3>${name}</h3>
<p>${inWords(summary)}. ${typeOf(payload)}</p>
${examples.map((example) => exampleHtml(example.payload))}
</article>`,
  );
}
