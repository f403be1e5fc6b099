import { callsPerImage, LOG_BYTES } from './calls.ts';
import { INSTANCES, type Item } from './prices.ts';
import { MONTH_HOURS, MONTH_SECONDS, STAGE, type Workload } from './workload.ts';

/** Of each priced item, what a month takes; machine-hours beside, whose price depends on the type. */
export interface Usage {
  items: Record<Item, number>;
  machineHours: number;
  workers: number;
  imagesAMonth: number;
}

const GB = 1e9;
/** What Lambda's poller of a queue asks a minute when nothing comes: five long polls side by side. */
const IDLE_POLLS_A_MINUTE = 15;
/** A TLS record's, a frame's and HTTP's own bytes, around a message or a request for an image. */
const WRAPPING_BYTES = 300;
const MESSAGE_BYTES = 32_768;

/** How many workers run, on average: what the load needs and a quarter of its root (docs/scaling.md), or MIN_WORKERS. */
export function fleetFor({ rate, instance, minWorkers, ...work }: Workload) {
  const cores = INSTANCES[instance]?.cores ?? 1;
  const load = (rate * (work.inferenceMs + work.decodeMs + work.ioMs)) / 1000 / cores;
  const kept = Math.ceil(load + 0.25 * Math.sqrt(load));
  // Without a worker that is kept, one runs from a request until nothing was asked for a while.
  const upSeconds = STAGE.stabilisationSeconds + STAGE.bootSeconds;
  const share = kept <= 1 ? 1 - Math.exp(-rate * upSeconds) : 1;
  return { workers: Math.max(minWorkers, kept * share), load };
}

/** What a month of a workload uses, whatever the free tier. */
export function usageOf(workload: Workload): Usage {
  const { rate, batch, connections, interface: via } = workload;
  const { workers, load } = fleetFor(workload);
  const images = rate * MONTH_SECONDS;
  const minutes = MONTH_SECONDS / 60;
  const perWorker = workers > 0 ? rate / workers : 0;
  const calls = callsPerImage(workload, perWorker);
  const socket = via === 'websocket';
  const messages = images / batch;

  const requestBytes = batch * (workload.urlBytes + 3) + WRAPPING_BYTES;
  const socketMessages = messages * Math.ceil(requestBytes / MESSAGE_BYTES) + 2 * images;
  // A GET is sent on to its result; a batch is posted, and each of its results got.
  const httpCalls = messages + images;
  const pushes = images / workload.pushBatch;
  const puts = images * calls.putResult;
  const gets = images * calls.lookForResult;
  const express = workload.results === 'express-one-zone';
  const ticks = minutes * STAGE.ticksAMinute;
  const invocations = socket ? messages : 2 * httpCalls; // each call over HTTP asks the authorizer, too
  const workerPolls = workers * minutes * (120 / STAGE.longPollSeconds);
  const heartbeats =
    (workers * MONTH_SECONDS * Math.min(1, load / Math.max(workers, 1e-9))) / STAGE.heartbeatSeconds;
  const perImage = calls.sendRequests + calls.receiveRequests + calls.deleteRequests;
  // Each process of classify reads the fleet's state once a second, at most.
  const stateReads = Math.min(
    messages,
    MONTH_SECONDS * Math.max(1, (rate / batch) * (workload.functionMs / 1000)),
  );
  const catalogueReads =
    (workers * MONTH_SECONDS) / STAGE.catalogueSeconds + stateReads / STAGE.catalogueSeconds;

  const logBytes =
    messages * LOG_BYTES.accepting +
    images * (LOG_BYTES.answer + LOG_BYTES.job + LOG_BYTES.metrics + LOG_BYTES.pushed) +
    (socket ? 0 : httpCalls * LOG_BYTES.authorize + images * LOG_BYTES.awaitResult) +
    ticks * LOG_BYTES.tick;
  const bytesOut = images * (workload.resultBytes + 250 + 3 * WRAPPING_BYTES);
  const hoursWithRequests = 1 - Math.exp(-rate * 3_600);
  const machineHours = workers * MONTH_HOURS;

  return {
    imagesAMonth: images,
    workers,
    machineHours,
    items: {
      webSocketMessages: socket ? socketMessages : 0,
      connectionMinutes: socket ? connections * minutes : 0,
      httpCalls: socket ? 0 : httpCalls,
      lambdaRequests: invocations + pushes + minutes,
      lambdaGbSeconds:
        ((invocations + pushes) * workload.functionMs * STAGE.functionGb) / 1000 +
        // A held GET takes as long as its image, and a little more.
        (socket ? 0 : images * ((workload.inferenceMs + workload.decodeMs + 80) / 1000) * STAGE.functionGb) +
        minutes * STAGE.tickSeconds * STAGE.tickGb,
      sqsCalls:
        images * (perImage + calls.lookForTerminate + calls.sendResponse) +
        2 * pushes +
        minutes * IDLE_POLLS_A_MINUTE +
        workerPolls +
        heartbeats +
        ticks,
      sqsFairQueue: images * perImage,
      s3Puts: ticks + (express ? 0 : puts),
      s3Gets: ticks + stateReads + catalogueReads + (express ? 0 : gets),
      s3ExpressPuts: express ? puts : 0,
      s3ExpressGets: express ? gets : 0,
      s3GbMonths: (rate * 86_400 * STAGE.resultDays * (workload.resultBytes + 200)) / GB,
      ipv4Hours: machineHours,
      ebsGbMonths: workers * STAGE.diskGb,
      logGb: logBytes / GB,
      logGbMonths: ((logBytes / GB) * STAGE.logDays) / 30,
      customMetrics: STAGE.tickMetrics + hoursWithRequests * (STAGE.requestMetrics + STAGE.otherMetrics),
      alarmMetrics: STAGE.alarmMetrics,
      dashboards: STAGE.dashboards,
      dataOutGb: bytesOut / GB,
      scheduledEvents: minutes,
    },
  };
}
