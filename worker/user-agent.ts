import manifest from '../package.json' with { type: 'json' };

/** Of this program, as it names itself to the hosts of images. */
export const USER_AGENT = `ClassifyCloud/${manifest.version}`;
