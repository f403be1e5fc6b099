import { ConfigError } from '../shared/config.ts';
import { ModelError, WeightsCorruptError, WeightsUnavailableError } from '../worker/models/model-errors.ts';
import { BootError } from './boot-watch.ts';
import { Children } from './children.ts';
import { PortTakenError } from './free-port.ts';
import { showProgress } from './show-progress.ts';
import { type Stage, startStage } from './stage.ts';

// `npm start`: the whole service on this machine, until Ctrl-C.
const children = new Children();
const stopping = new AbortController();
const exit = (code: number): never => {
  children.kill();
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Everything lives in memory and ends with this process: there is nothing to drain.
    stopping.abort();
    console.log(`\nstopped (${signal})`);
    exit(0);
  });
}

try {
  const stage = await startStage(process.env, children, showProgress, stopping.signal);
  announce(stage);
  const [engine] = await Promise.race([stage.ready, stage.ended]);
  if (engine !== undefined) console.log(`The first worker runs ${engine}.`);
  const { http, ws, aws, bucket } = stage;
  console.log(`ready in ${process.uptime().toFixed(1)} s http=${http} ws=${ws} aws=${aws} bucket=${bucket}`);
  await stage.ended;
} catch (error) {
  console.error(isExpected(error) ? error.message : error);
  exit(1);
}

function announce({ http, ws, aws, settings }: Stage): void {
  const { AUTH, AWS_PORT, ENGINE, ECHO_MS, MIN_WORKERS, MAX_WORKERS, WORKER_THREADS } = settings;
  const engine = ENGINE === 'echo' ? `echo (${ECHO_MS} ms, does not look at the image)` : ENGINE;
  const keysAt = AWS_PORT === 4566 ? '' : ` --endpoint ${aws}`;
  const usual = settings.WS_PORT === 3001 && settings.HTTP_PORT === 3000;
  const addresses = usual ? '' : ` --ws ${ws} --http ${http}`;
  console.log(`ClassifyCloud on this machine
  engine     ${engine}, ${MIN_WORKERS} to ${MAX_WORKERS} workers, threads each: ${WORKER_THREADS}
  WebSocket  ${ws}
  HTTP       ${http}
  AWS        ${aws}${AUTH === 'keys' ? `\n  access     by key; make one: npm run keys -- create NAME${keysAt}` : ''}
Try it: open ${http}/ in a browser, or in a second terminal:
  npm run classify --${addresses} ${http}/samples/labrador.jpg
  curl -L '${http}/classify?imageUrl=${http}/samples/labrador.jpg'
Ctrl-C stops it; nothing is kept.${MIN_WORKERS > 0 ? ' Waiting for the first worker …' : ''}`);
}

/** What a user can mend: told in a line, without a stack. */
function isExpected(error: unknown): error is Error {
  const kinds = [ConfigError, PortTakenError, BootError, ModelError];
  return [...kinds, WeightsUnavailableError, WeightsCorruptError].some((kind) => error instanceof kind);
}
