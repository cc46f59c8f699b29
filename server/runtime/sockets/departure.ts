/** Why a connection ends. */
import type { Logger } from 'pino';
import { type ErrorCode, RemoteProtocolError } from '#protocol/errors';

export interface Departure {
  readonly code: ErrorCode | 'done' | 'reset';
  readonly detail: string;
}

/** Normal ends, which need no attention. */
const ORDERLY: ReadonlySet<Departure['code']> = new Set([
  'done',
  'reset',
  'replaced',
  'wire_stopped',
  'shutting_down',
] as const);

export function isOrderly({ code }: Departure): boolean {
  return ORDERLY.has(code);
}

/** `whose`: the connection, as the log names it. */
export function logDeparture(log: Logger, whose: object, departure: Departure): void {
  log[isOrderly(departure) ? 'info' : 'warn']({ ...whose, ...departure }, 'disconnected');
}

/** What a socket error means: a TLS record that OpenSSL refused (it has told the peer so), or a lost connection. */
export function transportFault({ code = '', message }: NodeJS.ErrnoException): Departure {
  return { code: code.startsWith('ERR_SSL') ? 'tls_failed' : 'reset', detail: message };
}

/** Any error other than a protocol error is a bug in the server; this peer is told so, and no one else is affected. */
export function asProtocolError(error: unknown): RemoteProtocolError {
  if (error instanceof RemoteProtocolError) return error;
  const internal = new RemoteProtocolError('internal');
  internal.cause = error;
  return internal;
}
