import { byId } from './dom.ts';
import { count } from './format.ts';
import type { Options, Source } from './item.ts';
import { chosenModel, offerModels } from './models.ts';
import { chosenMore } from './more.ts';
import { sampleUrl } from './settings.ts';
import { MOST_AT_ONCE, parseUrls } from './urls.ts';

const form = byId('intake', HTMLFormElement);
const field = byId('urls', HTMLTextAreaElement);
const problem = byId('intake-problem', HTMLParagraphElement);
const picker = byId('files', HTMLInputElement);
const topK = byId('top-k', HTMLInputElement);
const minConfidence = byId('min-confidence', HTMLInputElement);

export const options = (): Options => ({
  topK: topK.valueAsNumber,
  minConfidence: minConfidence.valueAsNumber / 100,
  model: chosenModel(),
  ...chosenMore(),
});

/** Every way in which images come to the page: typed or pasted addresses, files picked, dropped or pasted, the sample. */
export function takeImages(take: (sources: readonly Source[]) => void): void {
  const details = byId('options', HTMLDetailsElement);
  offerModels(details);

  /** Wrong options are told by the browser, at the field. */
  const give = (sources: readonly Source[]) => {
    if (sources.length === 0) return;
    if (!form.checkValidity()) details.open = true;
    if (form.reportValidity()) take(sources);
  };
  const giveFiles = (files: Iterable<File>) =>
    give([...files].map((file) => ({ kind: 'file', name: file.name || 'pasted image', file })));
  const giveText = (text: string) => {
    const { urls, wrong, surplus } = parseUrls(text);
    // What was not taken stays, to be mended or to be sent next.
    field.value = [...wrong, ...surplus].join('\n');
    tell(problemWith(urls.length, wrong, surplus.length));
    give(urls.map((url) => ({ kind: 'url', url })));
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    giveText(field.value);
  });
  field.addEventListener('input', () => tell(''));
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  field.addEventListener('paste', pasteMany);
  byId('sample', HTMLButtonElement).addEventListener('click', () => give([{ kind: 'url', url: sampleUrl }]));
  byId('pick', HTMLButtonElement).addEventListener('click', () => picker.click());
  picker.addEventListener('change', () => {
    giveFiles(picker.files ?? []);
    picker.value = ''; // so that the same file can be picked again
  });
  document.addEventListener('paste', ({ clipboardData }) => {
    // A spreadsheet gives its cells as a picture, too.
    if (!/^https?:/im.test(clipboardData?.getData('text/plain') ?? '')) giveFiles(clipboardData?.files ?? []);
  });
  takeDrops(giveFiles, giveText);
}

/** In characters; what is longer takes the browser's own editing seconds, line by line. */
const LONG = 10_000;

function pasteMany(event: ClipboardEvent): void {
  const text = event.clipboardData?.getData('text/plain') ?? '';
  if (text.length < LONG) return;
  event.preventDefault();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
  tell('');
}

function takeDrops(giveFiles: (files: Iterable<File>) => void, giveText: (text: string) => void): void {
  const shade = byId('dropping', HTMLDivElement);
  const holds = (event: DragEvent) =>
    ['Files', 'text/uri-list'].some((type) => event.dataTransfer?.types.includes(type));
  document.addEventListener('dragover', (event) => {
    if (!holds(event)) return;
    event.preventDefault();
    shade.hidden = false;
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) shade.hidden = true;
  });
  document.addEventListener('drop', (event) => {
    shade.hidden = true;
    if (!holds(event) || event.dataTransfer === null) return;
    event.preventDefault();
    if (event.dataTransfer.files.length > 0) giveFiles(event.dataTransfer.files);
    else giveText(event.dataTransfer.getData('text/uri-list').replace(/^#.*$/gm, ''));
  });
}

function tell(text: string): void {
  problem.textContent = text;
  field.setAttribute('aria-invalid', String(text !== ''));
  if (text !== '') field.focus();
}

function problemWith(taken: number, wrong: readonly string[], surplus: number): string {
  if (taken === 0 && wrong.length === 0) return 'Paste the address of an image first, or choose a file.';
  const parts: string[] = [];
  if (wrong.length === 1)
    parts.push(`“${wrong[0]?.slice(0, 80)}” is not an address that begins with https:// or http://.`);
  if (wrong.length > 1)
    parts.push(`${count(wrong.length)} lines are not addresses that begin with https:// or http://.`);
  if (wrong.length > 0) parts.push('Mend what is left in the field, and classify again.');
  if (surplus > 0)
    parts.push(
      `${count(MOST_AT_ONCE)} images are taken at a time; the other ${count(surplus)} are left in the field for the next time.`,
    );
  return parts.join(' ');
}
