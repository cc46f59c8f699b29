/** The client's only error type; `code` tells the cases apart. */
import {
  ERRORS,
  type ErrorCode,
  LocalProtocolError,
  RemoteProtocolError,
  isErrorCode,
} from '#protocol/errors';
import type { WireName } from '#protocol/messages';
import type { Refusal } from '#session/events';
import type { SocketError } from '#wires/byte-stream';
import { FAULTS, type FaultCode, HEALING_PROTOCOL_ERRORS, PROTOCOL_ADVICE } from './faults.ts';

/** A fault on this side, a code of the protocol, or one that a newer server sent. */
export type ChatErrorCode = FaultCode | ErrorCode | (string & {});

/** Where it happened. */
export interface WireAddress {
  readonly wire: WireName;
  readonly host: string;
  readonly port: number;
}

export interface ChatErrorDetails {
  readonly address?: WireAddress | undefined;
  /** More about what happened, in words. */
  readonly detail?: string | undefined;
  readonly cause?: unknown;
  /** Names that are free, or ways to improve a password. */
  readonly suggestions?: readonly string[];
  /** Seconds after which another attempt may succeed. */
  readonly retryAfter?: number | undefined;
}

/** `message` says what happened, at which host and port, what that means, and what to do. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly code: ChatErrorCode;
  readonly address: WireAddress | undefined;
  readonly suggestions: readonly string[];
  readonly retryAfter: number | undefined;

  constructor(code: ChatErrorCode, details: ChatErrorDetails = {}) {
    const { address, cause, suggestions = [], retryAfter } = details;
    super(describe(code, details), { cause });
    this.code = code;
    this.address = address;
    this.suggestions = suggestions;
    this.retryAfter = retryAfter;
  }

  /** What happened, in a few words and without where. */
  get what(): string {
    return faultOf(this.code)?.what ?? (isErrorCode(this.code) ? ERRORS[this.code].meaning : this.code);
  }

  /** Whether another attempt may succeed without anyone changing anything. */
  get heals(): boolean {
    const fault = faultOf(this.code);
    return fault ? fault.heals : HEALING_PROTOCOL_ERRORS.has(this.code);
  }
}

/** The server's refusal as an error. */
export function refused(refusal: Refusal, address: WireAddress | undefined): ChatError {
  const { code, message: detail, suggestions, retryAfter } = refusal;
  return new ChatError(code, { address, detail, suggestions, retryAfter });
}

/** Converts anything thrown into a `ChatError`: errors of socket, TLS and protocol by their codes. */
export function asChatError(error: unknown, address: WireAddress): ChatError {
  if (error instanceof ChatError) return error;
  if (error instanceof RemoteProtocolError || error instanceof LocalProtocolError) {
    return new ChatError(error.code, { address, detail: error.message, cause: error });
  }
  if ((error as Error).name === 'AbortError') return new ChatError('aborted', { address, cause: error });
  const { code = '', message } = error as SocketError;
  return new ChatError(faultOfNode(code, message), {
    address,
    detail: detailOf(code, message),
    cause: error,
  });
}

/** Codes of Node and OpenSSL. The certificate ones are the names of X509_V_ERR_* in OpenSSL's verify(1). */
const NODE_CODES: Readonly<Record<string, FaultCode>> = {
  ECONNREFUSED: 'connection_refused',
  ENOTFOUND: 'host_not_found',
  EAI_AGAIN: 'host_not_found',
  EHOSTUNREACH: 'host_unreachable',
  ENETUNREACH: 'host_unreachable',
  EADDRNOTAVAIL: 'host_unreachable',
  EACCES: 'host_unreachable',
  ETIMEDOUT: 'timeout',
  CERT_HAS_EXPIRED: 'certificate_expired',
  CERT_NOT_YET_VALID: 'certificate_not_yet_valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate_wrong_host',
  ERR_TLS_CERT_ALTNAME_FORMAT: 'certificate_bad',
  HOSTNAME_MISMATCH: 'certificate_wrong_host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate_self_signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate_untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate_untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate_untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate_untrusted',
  CERT_UNTRUSTED: 'certificate_untrusted',
  CERT_REJECTED: 'certificate_untrusted',
  CERT_SIGNATURE_FAILURE: 'certificate_bad',
  UNABLE_TO_DECRYPT_CERT_SIGNATURE: 'certificate_bad',
  UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: 'certificate_bad',
  CERT_CHAIN_TOO_LONG: 'certificate_bad',
  CERT_REVOKED: 'certificate_bad',
  INVALID_CA: 'certificate_bad',
  INVALID_PURPOSE: 'certificate_bad',
  PATH_LENGTH_EXCEEDED: 'certificate_bad',
  ERROR_IN_CERT_NOT_BEFORE_FIELD: 'certificate_bad',
  ERROR_IN_CERT_NOT_AFTER_FIELD: 'certificate_bad',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not_tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not_tls',
  ERR_SSL_HTTP_REQUEST: 'not_tls',
  ERR_SSL_UNKNOWN_PROTOCOL: 'not_tls',
};

function faultOfNode(code: string, message: string): FaultCode {
  const known = NODE_CODES[code];
  if (known) return known;
  // Node names only some of OpenSSL's verdicts; it reports the others as UNSPECIFIED, with OpenSSL's words.
  if (code === 'UNSPECIFIED') {
    return /too weak|too small/.test(message) ? 'certificate_weak' : 'certificate_bad';
  }
  return code.startsWith('ERR_SSL') || code === 'EPROTO' ? 'tls_failed' : 'connection_lost';
}

function detailOf(code: string, message: string): string {
  // OpenSSL's own line contains memory addresses and names of source files.
  const words = /:SSL routines:[^:]*:([^:]+):/.exec(message)?.[1] ?? message;
  return words === '' ? code : words.trim();
}

function faultOf(code: string) {
  return Object.hasOwn(FAULTS, code) ? FAULTS[code as FaultCode] : undefined;
}

function describe(code: string, { address, detail, suggestions = [], retryAfter }: ChatErrorDetails): string {
  const where = address && `${address.host}:${address.port} (${address.wire} wire)`;
  const fault = faultOf(code);
  if (fault) {
    const what = detail === undefined ? fault.what : `${fault.what} (${detail})`;
    return [where ? `${where}: ${what}.` : `${capital(what)}.`, fault.means, fault.todo].join(' ');
  }
  const what = (detail ?? (isErrorCode(code) ? ERRORS[code].meaning : code)).replace(/\.$/, '');
  const sentences = [
    where ? `${where}: ${what}.` : `${capital(what)}.`,
    PROTOCOL_ADVICE[code],
    retryAfter === undefined ? undefined : `Try again in ${inWords(retryAfter)}.`,
    suggested(code, suggestions),
  ];
  return sentences.filter((sentence) => sentence !== undefined).join(' ');
}

function suggested(code: string, suggestions: readonly string[]): string | undefined {
  if (suggestions.length === 0) return undefined;
  return code === 'weak_password' ? suggestions.join(' ') : `These are free: ${suggestions.join(', ')}.`;
}

function inWords(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
