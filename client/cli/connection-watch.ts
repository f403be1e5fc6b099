import type { Cloud, CloudError, CloudState } from '../node.ts';

/**
 * Ends a run that cannot go on: nothing answers from the start, the key is refused, or the user wants no more. A
 * connection that was there and broke comes back; that is told, and waited for.
 */
export class ConnectionWatch {
  readonly #aborting = new AbortController();
  readonly #tell: (line: string) => void;
  readonly #end: () => void;
  #wasThere = false;
  #isAway = false;
  #failures = 0;
  #why = '';
  exitCode = 1;

  /** @param tell prints a line for the user */
  constructor(cloud: Cloud, tell: (line: string) => void) {
    this.#tell = tell;
    this.#wasThere = cloud.state === 'http';
    const endListening = cloud.onState((state, error) => this.#changed(state, error));
    const interrupted = (signal: NodeJS.Signals) => {
      this.exitCode = signal === 'SIGINT' ? 130 : 143;
      this.#abort('Stopped.');
    };
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    this.#end = () => {
      endListening();
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    };
  }

  get signal(): AbortSignal {
    return this.#aborting.signal;
  }

  stop(): void {
    this.#end();
  }

  /** What to say at the end of a run that was ended. */
  farewell({ named, answered }: { named: number; answered: number }): string {
    return answered === 0
      ? this.#why
      : `${this.#why}\n${answered} of ${named} images were answered; the others were not.`;
  }

  #changed(state: CloudState, error: CloudError | undefined): void {
    if (state === 'unauthorized') this.#abort(refusal(this.#wasThere));
    else if (state === 'connected' || state === 'http') {
      if (this.#isAway) this.#tell('Connected again.');
      else if (state === 'http')
        this.#tell('No WebSocket gets through here. Going on over HTTP, which is slower.');
      this.#wasThere = true;
      this.#isAway = false;
    } else if (state === 'reconnecting' && this.#wasThere && !this.#isAway) {
      this.#isAway = true;
      this.#tell('The connection is lost. Trying again; nothing is lost meanwhile. Ctrl-C gives up.');
    } else if (state === 'reconnecting' && !this.#wasThere && ++this.#failures > 1)
      this.#abort(`${error?.message}\nIf it is to run on this machine, start it with: npm start`);
  }

  #abort(why: string): void {
    this.#why = why;
    this.#aborting.abort(new Error(why));
  }
}

function refusal(wasThere: boolean): string {
  if (wasThere)
    return 'The API key in CLASSIFYCLOUD_KEY was revoked. Ask for a new one, and run the rest again.';
  return process.env.CLASSIFYCLOUD_KEY
    ? 'The service does not know the API key in CLASSIFYCLOUD_KEY. Ask whoever runs it for one that is valid.'
    : 'The service asks for an API key: set the environment variable CLASSIFYCLOUD_KEY to one.';
}
