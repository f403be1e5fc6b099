import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { uploadAnswer } from '../../shared/protocol.ts';
import { STAGE } from './sls.ts';
import { Socket } from './socket.ts';
import { depthOf, expectLabel, expectThat, LABEL, readyWorkers, type Stage, until } from './stage.ts';

const ANSWER_MS = 60_000;
/** In which MiniStack notices that a socket is gone, in ms: it tells nobody. A download may take 10 s. */
const NOTICED_MS = 3_000;

/** Who has no key, or a wrong one, is let in nowhere; who has one is. */
export async function authorizerLetsIn({ http, ws, key, imageUrl }: Stage): Promise<void> {
  const ask = `${http}/classify?imageUrl=${encodeURIComponent(imageUrl)}`;
  for (const wrong of [undefined, `${key.slice(0, -4)}AAAA`]) {
    const headers: Record<string, string> = wrong === undefined ? {} : { authorization: `Bearer ${wrong}` };
    const { status } = await fetch(ask, { headers, redirect: 'manual' });
    expectThat(
      status === 401 || status === 403,
      `a GET with ${wrong ? 'a wrong' : 'no'} key was answered ${status}`,
    );
    const refusal = await Socket.open(ws, wrong).then(
      () => 'opened',
      (error: unknown) => String(error),
    );
    expectThat(/401|403/.test(refusal), `a socket with ${wrong ? 'a wrong' : 'no'} key: ${refusal}`);
  }
  const headers = { authorization: `Bearer ${key}` };
  const { status } = await fetch(`${http}/requests/none`, { headers });
  expectThat(status === 404, `a GET of an unknown request, with the right key, was answered ${status}`);
  (await Socket.open(ws, key)).terminate();
}

export async function workerIsReady(stage: Stage): Promise<void> {
  await until('a ready worker', 120_000, async () => ((await readyWorkers(stage)) ?? 0) > 0);
}

export async function socketGetsLabel({ ws, key, imageUrl }: Stage): Promise<void> {
  const socket = await Socket.open(ws, key);
  socket.send({ action: 'classify', imageUrl, clientRef: 'rehearsal' });
  await socket.receive(['accepted'], ANSWER_MS);
  const answer = await socket.receive(['result', 'error'], ANSWER_MS);
  expectThat(answer.type === 'result', `the socket got ${JSON.stringify(answer)}`);
  expectThat(answer.labels[0]?.label === LABEL, `the socket got ${answer.labels[0]?.label}`);
  socket.terminate();
}

export async function getGetsLabel({ http, key, imageUrl }: Stage): Promise<void> {
  await expectLabel(`${http}/classify?imageUrl=${encodeURIComponent(imageUrl)}`, { key });
}

/** An image that has no URL is put into the bucket, and classified from there. */
export async function uploadGetsLabel({ http, key, photo }: Stage): Promise<void> {
  const authorization = `Bearer ${key}`;
  const asked = await fetch(`${http}/uploads`, {
    method: 'POST',
    headers: { authorization },
    body: JSON.stringify({ bytes: photo.length }),
  });
  expectThat(
    asked.status === 201,
    `POST /uploads was answered ${asked.status}: ${await asked.clone().text()}`,
  );
  const { imageUrl, uploadUrl, headers } = uploadAnswer.parse(await asked.json());
  const put = await fetch(uploadUrl, { method: 'PUT', headers, body: new Uint8Array(photo) });
  expectThat(put.ok, `the PUT of an upload was answered ${put.status}: ${await put.text()}`);
  await expectLabel(`${http}/classify?imageUrl=${encodeURIComponent(imageUrl)}`, { key });
}

/** The page, its files and the sample are there for everybody. */
export async function pageIsServed({ http, photo }: Stage): Promise<void> {
  const page = await fetch(`${http}/`);
  const document = await page.text();
  expectThat(
    page.ok && document.includes('<h1>'),
    `GET / was answered ${page.status}: ${document.slice(0, 200)}`,
  );
  const policy = page.headers.get('content-security-policy') ?? '';
  const socket = /"classifycloud-web-socket" content="([^"]+)"/.exec(document)?.[1] ?? 'none';
  expectThat(
    URL.canParse(socket) && policy.includes(`connect-src 'self' ${new URL(socket).origin} http`),
    `the page may not connect to its own socket, ${socket}: ${policy}`,
  );
  expectThat(!policy.includes('unsafe'), `the page's policy is ${policy}`);
  for (const [, path] of document.matchAll(/"(assets\/[^"]+)"/g)) {
    const { status } = await fetch(`${http}/${path}`);
    expectThat(status === 200, `GET /${path} was answered ${status}`);
  }
  const sample = await fetch(`${http}/samples/labrador.jpg`);
  const bytes = Buffer.from(await sample.arrayBuffer());
  expectThat(
    bytes.equals(photo),
    `GET /samples/labrador.jpg was answered ${sample.status}, and not the sample`,
  );
}

/** A push to a socket that is gone is answered 410, and is no failure: another socket gets the outcome. */
export async function goneSocketLosesNothing(stage: Stage): Promise<void> {
  const { ws, key, sqs, stack } = stage;
  const lost = await Socket.open(ws, key);
  lost.send({ action: 'classify', imageUrl: stage.heldImageUrl });
  const { requestId } = await lost.receive(['accepted'], ANSWER_MS);
  lost.terminate();
  await sleep(NOTICED_MS);
  stage.releaseImage();

  const pushes = `/aws/lambda/classifycloud-${STAGE}-push-results`;
  await until('a push to a socket that is gone', ANSWER_MS, async () => {
    const lines = await linesOf(pushes);
    const pushed = lines.find((line) => line.includes('"pushed"') && line.includes(requestId));
    return pushed?.includes('"gone":1') ?? false;
  });
  const again = await Socket.open(ws, key);
  again.send({ action: 'resume', requestIds: [requestId] });
  await again.receive(['result'], ANSWER_MS, (message) => message.requestId === requestId);
  again.terminate();
  const dead = await depthOf(sqs, stack.id('ResponseDeadLetters'));
  expectThat(dead === 0, 'a push to a socket that was gone counts as failed');
}

/** The workers' own lines arrive in CloudWatch, written with their own role. */
export async function workerLogs(): Promise<void> {
  await until('a worker’s log', 30_000, async () =>
    (await linesOf(`/classifycloud/${STAGE}/workers`)).some((line) => line.includes('"worker ready"')),
  );
}

/** Asks for a label again and again, until told to stop. */
export class SteadyClient {
  readonly #stage: Stage;
  readonly #working: Promise<void>;
  #stopped = false;
  answered = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#working = this.#ask();
  }

  /** @throws {RehearsalError} where a request was not answered with its result */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working;
  }

  /** Rejects as soon as a request is not answered with its result. */
  get failed(): Promise<void> {
    return this.#working;
  }

  async #ask(): Promise<void> {
    const { ws, key, imageUrl } = this.#stage;
    const socket = await Socket.open(ws, key);
    for (let i = 0; !this.#stopped; i++) {
      const clientRef = String(i);
      socket.send({ action: 'classify', imageUrl, clientRef });
      const answer = await socket.receive(
        ['result', 'error'],
        ANSWER_MS,
        // Without one: a function was ended before it had accepted anything, so it is asked again.
        (message) => message.clientRef === clientRef || message.clientRef === undefined,
      );
      if (answer.clientRef === undefined) continue;
      expectThat(
        answer.type === 'result',
        `while it was redeployed, a request got ${JSON.stringify(answer)}`,
      );
      this.answered++;
    }
    socket.terminate();
  }
}

/** What was logged into a group. */
export async function linesOf(logGroupName: string): Promise<string[]> {
  const logs = new CloudWatchLogsClient({});
  const { events = [] } = await logs
    .send(new FilterLogEventsCommand({ logGroupName }))
    .finally(() => logs.destroy());
  return events.flatMap(({ message }) => message ?? []);
}
