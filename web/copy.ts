import { say } from './announce.ts';
import { byId } from './dom.ts';
import { type Item, nameOf } from './item.ts';
import { asksForKey, base, webSocket } from './settings.ts';

export type CopyKind = 'json' | 'javascript' | 'curl';

/** What is put on the clipboard. No key is in it: code takes it from CLASSIFYCLOUD_KEY. */
function textFor(items: readonly Item[], kind: CopyKind): string {
  if (kind === 'json')
    return JSON.stringify(items.length === 1 ? items.map(plain)[0] : items.map(plain), null, 2);
  return kind === 'curl' ? items.map(curl).join('\n') : javascript(items);
}

function plain(item: Item): object {
  const { stage, requestId, source } = item;
  const from = source.kind === 'url' ? { imageUrl: source.url } : { file: source.name };
  if (stage.kind === 'done') {
    const { model, labels, moderation, colors, image, timings } = stage.result;
    return { ...from, requestId, model, labels, moderation, colors, image, timings };
  }
  return stage.kind === 'failed' ? { ...from, requestId, error: stage.failure } : { ...from, requestId };
}

/** What was asked, and not left to the stage. */
const optionsOf = ({ options }: Item) => Object.entries(options).filter(([, value]) => value !== undefined);

function javascript(items: readonly Item[]): string {
  const [first] = items;
  if (first === undefined) return '';
  const hasFile = items.some(({ source }) => source.kind === 'file');
  const key = asksForKey ? ', key: process.env.CLASSIFYCLOUD_KEY' : '';
  const asked = optionsOf(first).map(
    ([name, value]) => `${name}: ${JSON.stringify(value).replaceAll('"', "'")}`,
  );
  const options = `{ ${asked.join(', ')} }`;
  const images = items.map(({ source }) =>
    source.kind === 'url' ? JSON.stringify(source.url) : `await openAsBlob(${JSON.stringify(source.name)})`,
  );
  const body =
    items.length === 1
      ? [`const { labels } = await cloud.classify(${images[0]}, ${options});`, 'console.log(labels);']
      : [
          `const images = [\n${images.map((image) => `  ${image},`).join('\n')}\n];`,
          `for await (const answer of cloud.classifyAll(images, ${options}))`,
          '  console.log(answer.image, answer.ok ? answer.result.labels : answer.error.message);',
        ];
  return [
    ...(hasFile ? ["import { openAsBlob } from 'node:fs';"] : []),
    "import { connect } from '@classifycloud/client';",
    '',
    `const cloud = connect(${JSON.stringify(webSocket)}, { httpUrl: ${JSON.stringify(base.href)}${key} });`,
    ...body,
    'cloud.close();',
    '',
  ].join('\n');
}

function curl(item: Item): string {
  const asked = optionsOf(item).map(([name, value]) => [name, String(value)]);
  const query = new URLSearchParams([['imageUrl', nameOf(item)], ...asked]);
  const key = asksForKey ? ' -H "Authorization: Bearer $CLASSIFYCLOUD_KEY"' : '';
  // A quote cannot stand within single quotes of a shell.
  const url = `${base.href}classify?${query}`.replaceAll("'", '%27');
  return `curl -L${key} '${url}'`;
}

/** Puts them on the clipboard; where the browser does not let the page, shows the text to be copied by hand. */
export async function copyImages(items: readonly Item[], kind: CopyKind): Promise<void> {
  const text = textFor(items, kind);
  try {
    await navigator.clipboard.writeText(text);
    say('Copied.');
  } catch {
    const field = byId('to-copy-text', HTMLTextAreaElement);
    field.value = text;
    byId('to-copy', HTMLDialogElement).showModal();
    field.select();
  }
}
