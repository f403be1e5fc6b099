/** What both documents say of the service. */
export const ABOUT = {
  title: 'ClassifyCloud',
  version: '1.0.0',
  description:
    'Image classification: an image’s URL goes in, its labels come back. Over a WebSocket they are pushed; over HTTP they are waited for. Both interfaces have the same fields and the same error codes.',
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
};

export const KEY_IN_WORDS =
  'An API key of the stage, as `Authorization: Bearer cc_…`. A stage that is open asks for none.';
