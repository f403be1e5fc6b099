import type { LookUp } from './resolve-intrinsics.ts';

/** What the process that started the stage is told by IPC once the stage listens. */
export interface Started {
  readonly type: 'started';
  readonly bucket: string;
  readonly requestQueueUrl: string;
  readonly responseQueueUrl: string;
  readonly terminateQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly launchTemplateId: string;
}

export function tellLauncher(lookUp: LookUp): void {
  const started: Started = {
    type: 'started',
    bucket: lookUp('Bucket'),
    requestQueueUrl: lookUp('RequestQueue'),
    responseQueueUrl: lookUp('ResponseQueue'),
    terminateQueueUrl: lookUp('TerminateQueue'),
    deadLetterQueueUrl: lookUp('RequestDeadLetters'),
    launchTemplateId: lookUp('WorkerTemplate'),
  };
  process.send?.(started);
}

/** Ends this process when its launcher is gone, however it went. All is in memory: there is nothing to save. */
export function endWithLauncher(): void {
  process.once('disconnect', () => process.exit());
  process.channel?.unref(); // a stage that failed to start must end, not wait for its launcher
}
