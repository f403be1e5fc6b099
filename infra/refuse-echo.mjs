/**
 * Refuses to package or deploy a real stage with `ENGINE=echo`, which answers without looking at the image.
 * (Its workers would refuse to start; this says so before anything is deployed.)
 */
export default class RefuseEcho {
  constructor(serverless) {
    this.hooks = {
      'before:package:initialize': () => {
        const stage = serverless.getProvider('aws').getStage();
        if (stage !== 'local' && process.env.ENGINE === 'echo')
          throw new serverless.classes.Error(
            `ENGINE=echo answers without looking at the image; stage ${stage} refuses it`,
          );
      },
    };
  }
}
