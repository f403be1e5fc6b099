import { Command, InvalidArgumentError, Option } from 'commander';

/** Which service a command talks to. */
export interface ServiceOptions {
  ws?: string;
  http?: string;
}

const localWs = () => `ws://127.0.0.1:${process.env.WS_PORT || 3001}`;
const localHttp = () => `http://127.0.0.1:${process.env.HTTP_PORT || 3000}`;

/** A command that shows its help where it is called wrongly. */
export const newCommand = (name: string): Command => new Command(name).showHelpAfterError();

/** Adds the options that say where the service is. */
export const withService = (command: Command): Command =>
  command
    .addOption(
      new Option('--ws <url>', `its WebSocket (default: ${localWs()})`)
        .env('CLASSIFYCLOUD_WS')
        .argParser(url(/^wss?:$/)),
    )
    .addOption(
      new Option('--http <url>', `its HTTP interface (default: ${localHttp()})`)
        .env('CLASSIFYCLOUD_HTTP')
        .argParser(url(/^https?:$/)),
    );

/**
 * The addresses to use: those given. Without any they are those of `npm start` on this machine; where one alone is given,
 * the other is not guessed.
 */
export const addressesOf = ({ ws, http }: ServiceOptions): ServiceOptions =>
  ws === undefined && http === undefined ? { ws: localWs(), http: localHttp() } : { ws, http };

export const isLocal = (address: string): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname);

const url = (protocol: RegExp) => (text: string) => {
  if (!URL.canParse(text) || !protocol.test(new URL(text).protocol))
    throw new InvalidArgumentError(
      `It must be an address that begins with ${protocol.source.slice(1, -2)}://.`,
    );
  return text;
};

/** For an option that is a number between two others. */
export const number = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max))
    throw new InvalidArgumentError(`It must lie between ${min} and ${max}.`);
  return value;
};

/** For one that counts. */
export const whole = (min: number, max: number) => (text: string) => {
  const value = number(min, max)(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
  return value;
};
