import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { onHangUp } from '../../local/aws/hang-up.ts';
import { listen, stop } from './listen.ts';

/** Stands between the SDK and an endpoint: it writes down what is called, and lets calls fail. */
export interface CallRecorder {
  url: string;
  /** Such as `ReceiveMessage requests`, or `PUT results`, in the order they came. */
  calls: string[];
  /** While it answers true for a call, that call gets a 503. */
  fails: (call: string) => boolean;
  stop(): void;
}

/** Starts a recorder in front of the endpoint at `target`. */
export async function startCallRecorder(target: string): Promise<CallRecorder> {
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  const recorder: CallRecorder = {
    url: `http://${await listen(server)}`,
    calls: [],
    fails: () => false,
    stop: () => stop(server),
  };

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const call = nameOf(incoming, body.toString());
    recorder.calls.push(call);
    if (recorder.fails(call)) {
      outgoing.writeHead(503).end();
      return;
    }
    const { method, headers, url = '/' } = incoming;
    const forwarded = request(new URL(url, target), { method, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    // A long poll that is broken off on this side must be broken off on the other, before the next call comes.
    onHangUp(outgoing, () => forwarded.destroy());
    forwarded.end(body);
  }
  return recorder;
}

function nameOf({ method, headers, url = '' }: IncomingMessage, body: string): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const queue = /"QueueUrl":"[^"]*\/([^"/]+)"/.exec(body)?.[1];
    return `${target.replace(/^.*\./, '')} ${queue}`;
  }
  const action = /(?:^|&)Action=(\w+)/.exec(body)?.[1];
  return action ?? `${method} ${url.split('/')[2]}`;
}
