/**
 * One request to the running server, with a sentence for each reason why there is no answer. It uses `node:http` and not
 * `fetch`: if the other side closes at once, `fetch` may leave the program with nothing to wait for, so that it ends
 * without a word.
 */
import { type IncomingMessage, request } from 'node:http';

/** Largest answer in bytes; the longest ones are lists of connections. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface Asking {
  readonly token: string;
  /** Sent as JSON with POST; without it the request is a GET. */
  readonly body?: unknown;
  /** Milliseconds until the answer must be complete. */
  readonly patience: number;
}

export interface Answered {
  readonly status: number;
  /** `undefined` when the answer is not JSON. */
  readonly body: unknown;
}

/** There is no answer; the message says why, and continues "the server … does not answer: ". */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** Rejects with `NoAnswerError`. */
export function askServer(url: URL, { token, body, patience }: Asking): Promise<Answered> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${token}`,
    ...(text !== undefined && {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    }),
  };
  return new Promise((resolve, reject) => {
    const asking = request(url, { method: text === undefined ? 'GET' : 'POST', headers, agent: false });
    const late = setTimeout(
      () => asking.destroy(new NoAnswerError(`no complete answer came within ${patience / 1_000} seconds`)),
      patience,
    );
    const done = (settle: () => void): void => {
      clearTimeout(late);
      settle();
    };
    const fail = (error: unknown): void => done(() => reject(explained(error)));
    asking.once('error', fail);
    let answering = false;
    asking.once('close', () => {
      if (!answering) fail(new NoAnswerError('it closed the connection before its answer was complete'));
    });
    asking.once('response', (response) => {
      answering = true;
      read(response).then((answer) => done(() => resolve(answer)), fail);
    });
    asking.end(text);
  });
}

async function read(response: IncomingMessage): Promise<Answered> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BYTES) throw new NoAnswerError('its answer does not end');
    parts.push(part);
  }
  return { status: response.statusCode ?? 0, body: parsed(Buffer.concat(parts).toString()) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing is listening there any more',
  ECONNRESET: 'it closed the connection before its answer was complete',
  EPIPE: 'it closed the connection before its answer was complete',
  ETIMEDOUT: 'no packet comes back from there',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to its network',
  EHOSTDOWN: 'that machine does not answer',
  EADDRNOTAVAIL: 'this machine no longer has that address',
  ENOTFOUND: 'its host name is unknown',
  EAI_AGAIN: 'its host name cannot be looked up now',
  EMFILE: 'this program may not open more files',
};

function explained(error: unknown): NoAnswerError {
  if (error instanceof NoAnswerError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reason = code.startsWith('HPE_')
    ? 'the answer is not HTTP, so another program has this port'
    : (REASONS[code] ?? message);
  return new NoAnswerError(reason, { cause: error });
}
