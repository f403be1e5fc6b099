import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Call, callOf, type Incoming } from './call.ts';
import type { Deliveries } from './deliveries.ts';
import type { Fault, FaultPlan } from './fault-plan.ts';
import type { Forward } from './hop.ts';
import type { Ledger } from './ledger.ts';
import { refuseSome } from './partial.ts';
import { type Reply, refusalOf } from './reply.ts';
import {
  type BatchRequest,
  batchAnswer,
  batchRequest,
  jsonOf,
  receiveAnswer,
  requestIdIn,
  sendRequest,
} from './sqs-messages.ts';

/** What a machine asks itself, its metadata, passes no network. */
const OF_THE_MACHINE = '/_local/';
/** The queues whose messages may be delivered oddly. */
const WORK_QUEUES = ['request-queue', 'response-queue'];

/** Stands between the programs and the cloud: lets calls fail as planned, and writes down what the cloud did. */
export class CloudFaults {
  readonly #plan: FaultPlan;
  readonly #ledger: Ledger;
  readonly #deliveries: Deliveries;
  #since: number | undefined;

  constructor(plan: FaultPlan, ledger: Ledger, deliveries: Deliveries) {
    this.#plan = plan;
    this.#ledger = ledger;
    this.#deliveries = deliveries;
  }

  /** From now on calls meet faults. */
  begin(): void {
    this.#since = performance.now();
  }

  /** From now on they meet none. */
  end(): void {
    this.#since = undefined;
  }

  async answer(incoming: Incoming, forward: Forward): Promise<Reply | undefined> {
    if (incoming.url.startsWith(OF_THE_MACHINE)) return forward();
    const call = callOf(incoming);
    if (this.#since === undefined) return this.#pass(call, incoming, forward);
    this.#ledger.call(call);
    const { fault, delayMs } = this.#plan.next(call, performance.now() - this.#since);
    if (delayMs > 0) await sleep(delayMs);
    if (!fault) return this.#pass(call, incoming, forward);
    this.#ledger.fault(`${call.service} ${fault.kind}`);
    return this.#meet(fault, call, incoming, forward);
  }

  async #meet(fault: Fault, call: Call, incoming: Incoming, forward: Forward): Promise<Reply | undefined> {
    switch (fault.kind) {
      case 'refuse':
        return refusalOf(call, fault.throttled);
      case 'reset':
        return undefined;
      case 'lose':
        await this.#pass(call, incoming, forward);
        return undefined;
      case 'hang':
        if (fault.done) await this.#pass(call, incoming, forward);
        if (!incoming.signal.aborted) await once(incoming.signal, 'abort');
        return undefined;
      case 'part': {
        if (call.service !== 'sqs' || !call.operation.endsWith('Batch')) return refusalOf(call, false);
        const isReceipt = call.operation !== 'SendMessageBatch';
        const random = this.#plan.stream('parts');
        const pass: Forward = async (body) =>
          this.#pass(call, { ...incoming, body: body ?? incoming.body }, forward);
        return refuseSome(incoming, pass, { isReceipt, random });
      }
    }
  }

  /** The cloud does it. */
  async #pass(call: Call, incoming: Incoming, forward: Forward): Promise<Reply> {
    if (call.service === 's3') return this.#toBucket(call, incoming, forward);
    if (call.service !== 'sqs') return forward(incoming.body);
    switch (call.operation) {
      case 'SendMessageBatch':
        return this.#sendBatch(call, incoming, forward);
      case 'SendMessage': {
        const reply = await forward(incoming.body);
        const { MessageBody } = sendRequest.parse(jsonOf(incoming.body));
        const id = call.target === 'request-dead-letters' ? requestIdIn(MessageBody) : undefined;
        if (id !== undefined && reply.status === 200) this.#ledger.buried.add(id);
        return reply;
      }
      case 'ReceiveMessage':
        return this.#receive(call, incoming, forward);
      case 'DeleteMessageBatch': {
        const reply = await forward(incoming.body);
        for (const { ReceiptHandle = '' } of doneIn(incoming, reply)) this.#ledger.delete(ReceiptHandle);
        return reply;
      }
      default:
        return forward(incoming.body);
    }
  }

  async #toBucket({ operation, target }: Call, incoming: Incoming, forward: Forward): Promise<Reply> {
    const reply = await forward(incoming.body);
    const id = /\/results\/([^/?]+)\.json/.exec(incoming.url)?.[1];
    const body = incoming.body.toString();
    // A mark that somebody listens is none.
    if (operation === 'PUT' && target === 'results' && id !== undefined && body.includes('"outcome":'))
      this.#ledger.put(id, {
        status: reply.status,
        conditional: incoming.headers['if-none-match'] === '*' || incoming.headers['if-match'] !== undefined,
        body,
        at: Date.now(),
      });
    return reply;
  }

  async #sendBatch({ target }: Call, incoming: Incoming, forward: Forward): Promise<Reply> {
    const odd = this.#since !== undefined && WORK_QUEUES.includes(target);
    const reply = await forward(odd ? this.#deliveries.onSend(incoming.body) : incoming.body);
    for (const { MessageBody } of doneIn(incoming, reply)) {
      const id = requestIdIn(MessageBody);
      if (id === undefined) continue;
      if (target === 'request-queue') this.#ledger.queued.add(id);
      if (target === 'response-queue') this.#ledger.respond(id);
    }
    return reply;
  }

  async #receive({ target }: Call, incoming: Incoming, forward: Forward): Promise<Reply> {
    const reply = await forward(this.#deliveries.onReceive(incoming.body, target));
    if (reply.status !== 200 || !WORK_QUEUES.includes(target)) return reply;
    if (target === 'request-queue') this.#noteReceives(reply);
    if (this.#since === undefined) return reply;
    return { ...reply, body: this.#deliveries.onReceived(incoming.body, reply.body) };
  }

  #noteReceives({ body }: Reply): void {
    for (const { Body, ReceiptHandle, Attributes } of receiveAnswer.parse(jsonOf(body)).Messages ?? []) {
      const id = requestIdIn(Body);
      if (id !== undefined)
        this.#ledger.received(id, ReceiptHandle, Number(Attributes.ApproximateReceiveCount));
    }
  }
}

/** The entries of a batch that SQS did. */
function doneIn({ body }: Incoming, reply: Reply): BatchRequest['Entries'] {
  if (reply.status !== 200) return [];
  const done = new Set(batchAnswer.parse(jsonOf(reply.body)).Successful.map(({ Id }) => Id));
  return batchRequest.parse(jsonOf(body)).Entries.filter(({ Id }) => done.has(Id));
}
