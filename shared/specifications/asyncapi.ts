import { MAX_FRAME_BYTES } from '../protocol.ts';
import { ABOUT, KEY_IN_WORDS } from './about.ts';
import * as examples from './examples.ts';
import { refTo, socketSchemas } from './schemas.ts';

/** Where the WebSocket interface of a stage is, and whether it asks for a key. */
export interface SocketStage {
  /** The management endpoint: the sockets' own address, but for the scheme. */
  endpoint: string;
  auth: 'keys' | 'open';
}

/** By which API Gateway tells messages apart. */
const ACTIONS: ReadonlyMap<string, string> = new Map([
  ['Classify', 'classify'],
  ['Resume', 'resume'],
  ['Ping', 'ping'],
]);

const MESSAGES = {
  classify: message('Classify', 'Classify an image, or several', [
    examples.CLASSIFY,
    examples.CLASSIFY_WITH_MORE,
    examples.CLASSIFY_SEVERAL,
  ]),
  resume: message('Resume', 'Ask again for what is unanswered, on another socket perhaps', [examples.RESUME]),
  ping: message('Ping', 'Keep the socket open, which is closed after 10 idle minutes', [{}]),
  accepted: message('Accepted', 'An image is queued', [examples.ACCEPTED]),
  result: message('Result', 'An image is classified; may overtake `accepted`, and may come twice', [
    examples.RESULT,
    examples.RESULT_WITH_MORE,
  ]),
  error: message('Error', 'A request is refused, or has failed', [examples.ERROR, examples.REFUSED_ENTRY]),
  pong: message('Pong', 'The answer to a ping', [examples.PONG]),
  gatewayRefusal: message(
    'GatewayRefusal',
    'API Gateway could not reach the service, and says so in its own words: send the same again',
    [{ message: 'Internal server error' }],
  ),
} as const;
type MessageName = keyof typeof MESSAGES;

/** The WebSocket interface as an AsyncAPI 3 document. */
export function asyncApi({ endpoint, auth }: SocketStage) {
  const { host, pathname, protocol } = new URL(endpoint);
  return {
    asyncapi: '3.0.0',
    info: ABOUT,
    defaultContentType: 'application/json',
    servers: {
      stage: {
        host,
        ...(pathname !== '/' && { pathname }),
        protocol: protocol === 'https:' ? 'wss' : 'ws',
        description: `One JSON object a message, of at most ${MAX_FRAME_BYTES} bytes to the server: a larger one closes the socket with code 1009.`,
        ...(auth === 'keys' && { security: [{ $ref: '#/components/securitySchemes/key' }] }),
      },
    },
    channels: {
      socket: {
        address: '/',
        description: 'All messages go over one socket.',
        messages: Object.fromEntries(
          Object.keys(MESSAGES).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: {
      classify: receives('classify', ['accepted', 'result', 'error', 'gatewayRefusal']),
      resume: receives('resume', ['result', 'error', 'gatewayRefusal']),
      ping: receives('ping', ['pong', 'error', 'gatewayRefusal']),
      push: {
        action: 'send',
        summary: 'An outcome comes when it is there',
        channel: SOCKET,
        messages: [onSocket('result'), onSocket('error')],
      },
    },
    components: {
      messages: MESSAGES,
      schemas: socketSchemas(),
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: `${KEY_IN_WORDS} A browser, which cannot send the header, offers two subprotocols: \`classifycloud.v1\`, and \`key.\` with the key in base64url.`,
        },
      },
    },
  };
}

const SOCKET = { $ref: '#/channels/socket' };
const onSocket = (name: MessageName) => ({ $ref: `#/channels/socket/messages/${name}` });

/** What the service takes, and what it answers. */
function receives(name: MessageName, answers: readonly MessageName[]) {
  const reply = { channel: SOCKET, messages: answers.map(onSocket) };
  return {
    action: 'receive',
    summary: MESSAGES[name].summary,
    channel: SOCKET,
    messages: [onSocket(name)],
    reply,
  };
}

function message(schema: string, summary: string, payloads: readonly object[]) {
  const action = ACTIONS.get(schema);
  return {
    name: schema,
    title: schema,
    summary,
    contentType: 'application/json',
    payload: refTo(schema),
    examples: payloads.map((payload) => ({ payload: { ...(action && { action }), ...payload } })),
  };
}
