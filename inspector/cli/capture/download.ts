/** Asks a running workbench for a capture. */
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { buffer } from 'node:stream/consumers';

export const SILENCE_LIMIT_MS = 15_000;

const TODO =
  'is the workbench running (npm start, or wireglass serve), and is this its address? To use another, give --web';

/** An error answer is a line of JSON; nothing longer is read. */
const ERROR_MAX_LENGTH = 10_000;

export interface CaptureOrder {
  /** Address of the page; its path and fragment are ignored. */
  readonly web: URL;
  readonly token: string | undefined;
  /** Whole seconds to wait before the capture is written; 0 for what is held now. */
  readonly seconds: number;
  /** False leaves the secrets out. */
  readonly keys: boolean;
  readonly signal: AbortSignal;
  /** Milliseconds that the server may be silent, in addition to those in which it records. */
  readonly silence?: number;
  /** Called when the server has begun to wait. */
  readonly onBegin: () => void;
}

/** The bytes of a pcapng file. Rejects with an `Error` that says what happened, where, and what to do. */
export async function downloadCapture(order: CaptureOrder): Promise<Buffer> {
  try {
    const response = await ask(order);
    if (response.statusCode !== 200) throw await refusal(order, response);
    if (response.headers['content-type'] !== 'application/x-pcapng') throw strange(order);
    order.onBegin();
    // The server may be silent while it records.
    response.socket.setTimeout(order.seconds * 1_000 + silenceLimit(order));
    return await buffer(response);
  } catch (error) {
    throw explained(order, error as NodeJS.ErrnoException);
  }
}

/** Uses `node:http` because `fetch` gives up on a body that is silent for five minutes; this one may be for an hour. */
function ask(order: CaptureOrder): Promise<IncomingMessage> {
  const { web, token, seconds, keys, signal } = order;
  const url = new URL('/api/capture', web);
  url.search = new URLSearchParams({ seconds: String(seconds), keys: String(keys) }).toString();
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const asking = request(url, { headers, signal, agent: false, timeout: silenceLimit(order) });
    let awaited: ClientRequest | IncomingMessage = asking;
    asking.on('error', reject).on('timeout', () => awaited.destroy(silent(order)));
    asking.on('response', (response) => resolve((awaited = response)));
    asking.end();
  });
}

async function refusal({ web }: CaptureOrder, response: IncomingMessage): Promise<Error> {
  const status = response.statusCode ?? 0;
  const { code, message } = await errorIn(response);
  if (code === 'token_required' || code === 'token_wrong') {
    const todo = `give the whole link that was printed at start as --web '${web.origin}/#token=…', or the token in WIREGLASS_TOKEN`;
    const asks = code === 'token_wrong' ? 'does not accept this token' : 'asks for its token';
    return new Told(`${web.origin} ${asks}: ${todo}`);
  }
  if (message === undefined) return strange({ web });
  return new Told(`${web.origin} gives no capture: ${message} (${code ?? status})`);
}

async function errorIn(response: IncomingMessage): Promise<{ code?: string; message?: string }> {
  let text = '';
  for await (const part of response) {
    text += String(part);
    if (text.length > ERROR_MAX_LENGTH) break;
  }
  try {
    const { code, message } = JSON.parse(text) as { code?: unknown; message?: unknown };
    return typeof code === 'string' && typeof message === 'string' ? { code, message } : {};
  } catch {
    return {};
  }
}

function silenceLimit({ silence = SILENCE_LIMIT_MS }: CaptureOrder): number {
  return silence;
}

function silent(order: CaptureOrder): Error {
  const { web } = order;
  const time = `${silenceLimit(order) / 1_000} seconds`;
  return new Told(`${web.origin} has sent nothing for ${time}, and nothing was written; ${TODO}`);
}

function strange({ web }: Pick<CaptureOrder, 'web'>): Error {
  return new Told(
    `${web.origin} is not a Wireglass page; give the address that was printed at start with --web`,
  );
}

/** An error whose message is already written for the person at the terminal. */
class Told extends Error {}

function explained({ web, signal }: CaptureOrder, error: NodeJS.ErrnoException): Error {
  if (error instanceof Told) return error;
  if (signal.aborted) return new Error('stopped; nothing was written', { cause: error });
  const what =
    {
      ECONNREFUSED: `nothing answers at ${web.origin}; ${TODO}`,
      ENOTFOUND: `the host ${web.hostname} was not found; ${TODO}`,
      EAI_AGAIN: `the host ${web.hostname} cannot be looked up; is there a network?`,
      ECONNRESET: `${web.origin} closed the connection before the capture was complete; nothing was written`,
      ERR_STREAM_PREMATURE_CLOSE: `${web.origin} closed the connection before the capture was complete; nothing was written`,
    }[error.code ?? ''] ?? `no capture from ${web.origin}: ${error.message}`;
  return new Error(what, { cause: error });
}
