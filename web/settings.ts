/** What the stage tells its page, in the document. */
function setting(name: string): string {
  const content = document.querySelector(`meta[name="classifycloud-${name}"]`)?.getAttribute('content');
  if (content === null || content === undefined) throw new Error(`the document has no setting ${name}`);
  return content;
}

/** Where this page is, and so the HTTP interface: a stage may lie under a path. */
export const base = new URL('.', document.baseURI);
export const webSocket = setting('web-socket');
/** Whether the stage asks for a key. */
export const asksForKey = setting('auth') === 'keys';
export const sampleUrl = new URL('samples/labrador.jpg', base).href;
