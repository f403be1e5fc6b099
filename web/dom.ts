/** An element of the document, by its id. @throws Error where the document has none such */
export function byId<T extends Element>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${kind.name} #${id}`);
}

type Content = Node | string | false | undefined;

/** Makes an element. What is false or undefined of its content is left out; text is never read as markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content.filter((part) => part !== false && part !== undefined));
  return element;
}

/** A button of a form or a list, which does this and nothing else. */
export function button(text: string, label: string, act: () => void): HTMLButtonElement {
  const made = make('button', { type: 'button', 'aria-label': label }, text);
  made.addEventListener('click', act);
  return made;
}
