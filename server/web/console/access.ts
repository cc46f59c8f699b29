/** Who may use the operator's API: a command with the operator's token, or a browser with the cookie of a session. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { type Refused, checkBearer, checkOrigin, checkSameMachine } from '../guard.ts';
import { secretIn } from './cookie.ts';
import type { ConsoleSessions } from './sessions.ts';

export interface Asked {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: Pick<Socket, 'remoteAddress' | 'localAddress' | 'localPort'>;
}

export const OPERATOR_REFUSED: Refused = {
  status: 401,
  code: 'operator_token_required',
  message: 'this requires the secret in the file operator-token of the data folder',
};

export const SESSION_OVER: Refused = {
  status: 401,
  code: 'console_session_over',
  message: 'this session of the console has ended; npx wireglass console prints a link that begins another',
};

const NOT_JSON: Refused = {
  status: 415,
  code: 'not_json',
  message: 'requests with the cookie of the console must be JSON',
};

const NOT_FROM_PAGE: Refused = {
  status: 403,
  code: 'bad_origin',
  message: 'with the cookie of the console, only the console itself may change something',
};

/** Applies to everything under `/api/operator`. */
export function checkPlace({ headers, socket }: Asked): Refused | undefined {
  return checkOrigin(headers) ?? checkSameMachine(socket);
}

export function checkAccess(asked: Asked, token: string, sessions: ConsoleSessions): Refused | undefined {
  const { headers, socket, method } = asked;
  const secret = secretIn(headers.cookie, socket.localPort);
  if (headers.authorization !== undefined || secret === undefined)
    return checkBearer(headers, token, OPERATOR_REFUSED);
  if (!sessions.find(secret)) return SESSION_OVER;
  return method === 'GET' || method === 'HEAD' ? undefined : checkChange(headers);
}

/**
 * A browser sends a cookie whoever asks for the request. So a request that changes something must say that it comes from
 * the page, as every browser does, and must be JSON, which no form can send.
 */
export function checkChange(headers: IncomingHttpHeaders): Refused | undefined {
  if (headers.origin === undefined && headers['sec-fetch-site'] !== 'same-origin') return NOT_FROM_PAGE;
  return /^application\/json *(;|$)/i.test(headers['content-type'] ?? '') ? undefined : NOT_JSON;
}
