import { byId } from './dom.ts';
import { asksForKey } from './settings.ts';
import { forgetKey, storedKey, storeKey } from './store.ts';

const form = byId('key-form', HTMLFormElement);
const field = byId('key', HTMLInputElement);
const why = byId('key-why', HTMLParagraphElement);
const change = byId('forget-key', HTMLButtonElement);

const REFUSED =
  'The service does not take this key: it is mistyped, or was revoked. Enter another one, or ask whoever runs the service. Your images wait here, and go on with the new key.';

/** Asks for a key where the stage wants one, and gives it; at once where this tab has one already. */
export function withKey(use: (key: string | undefined) => void, drop: () => void): void {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const key = field.value.trim();
    storeKey(key);
    field.value = '';
    form.hidden = true;
    change.hidden = false;
    use(key);
    byId('urls', HTMLTextAreaElement).focus();
  });
  change.addEventListener('click', () => {
    forgetKey();
    drop();
    ask();
  });
  const key = asksForKey ? storedKey() : undefined;
  change.hidden = key === undefined;
  if (asksForKey && key === undefined) form.hidden = false;
  else use(key);
}

/** Shows the form, and says why: a key that was in use was refused. */
export function ask(): void {
  if (storedKey() !== undefined) why.textContent = REFUSED;
  forgetKey();
  form.hidden = false;
  change.hidden = true;
  field.focus();
}
