import { Command, InvalidArgumentError } from 'commander';
import type { ServerMessage } from '../shared/protocol.ts';
import { ConnectionError, classifyUrls } from './connection.ts';

const number = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max))
    throw new InvalidArgumentError(`It must lie between ${min} and ${max}.`);
  return value;
};

const command = new Command('classify')
  .description('Classify images by their URLs; the labels are pushed over a WebSocket.')
  .argument('<url...>', 'absolute http(s) URLs of images')
  .option('--ws <url>', 'WebSocket address of the service', `ws://127.0.0.1:${process.env.WS_PORT || 3001}`)
  .option('--top <k>', 'how many labels to show', number(1, 1000), 5)
  .option('--min <confidence>', 'least confidence of a label, 0 to 1', number(0, 1), 0)
  .option('--json', 'print each outcome as a JSON line')
  .showHelpAfterError()
  .parse();

const { ws, top, min, json } = command.opts<{ ws: string; top: number; min: number; json?: boolean }>();
let failed = 0;
try {
  for await (const message of classifyUrls(ws, command.args, { topK: top, minConfidence: min })) {
    if (message.type === 'error') failed++;
    if (json) print(message.type === 'accepted' ? undefined : JSON.stringify(message));
    else print(describe(message));
  }
} catch (error) {
  if (!(error instanceof ConnectionError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
if (failed > 0) process.exitCode = 1;

function print(text: string | undefined): void {
  if (text !== undefined) console.log(text);
}

function describe(message: ServerMessage): string | undefined {
  switch (message.type) {
    case 'accepted':
    case 'pong':
      return undefined;
    case 'error':
      return `${message.imageUrl ?? ''}\n  ${message.error.code}: ${message.error.message}`;
    case 'result': {
      const { imageUrl, labels, timings, model } = message;
      const width = Math.max(0, ...labels.map(({ label }) => label.length));
      const rows = labels.map(
        ({ label, confidence }) => `  ${label.padEnd(width)}  ${(confidence * 100).toFixed(1).padStart(5)} %`,
      );
      const how = `${model.name} ${model.engine} ${model.precision}, ${Math.round(timings.totalMs)} ms`;
      return [`${imageUrl}  (${how})`, ...rows].join('\n');
    }
  }
}
