/**
 * Who may send requests. A browser sends the requests of any web page to this machine, so being bound to loopback is no
 * protection by itself: the names and origins are checked, and beyond loopback also a token.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { reachableAddresses } from './reach.ts';
import { isLoopback as isLoopbackAddress, plainAddress } from '#protocol/addresses';

/** Why a request is refused, with its HTTP status. */
export interface Refused {
  readonly status: 401 | 403 | 415;
  readonly code:
    | 'bad_host'
    | 'bad_origin'
    | 'token_required'
    | 'token_wrong'
    | 'operator_token_required'
    | 'console_session_over'
    | 'console_link_used'
    | 'not_json'
    | 'other_machine'
    | 'join_required'
    | 'removed_from_class'
    | 'leaders_only';
  readonly message: string;
}

const WILDCARDS = ['0.0.0.0', '::'];

export { isLoopbackHost as isLoopback } from '#protocol/addresses';

export function isWildcard(host: string): boolean {
  return WILDCARDS.includes(host);
}

/** A listener on all addresses is reached by loopback. */
export function reachable(host: string): string {
  if (!isWildcard(host)) return host;
  return host === '::' ? '::1' : '127.0.0.1';
}

/**
 * Prevents DNS rebinding: when the name of a foreign page suddenly resolves to this machine, the browser believes that the
 * page talks to its own server. The page cannot change the Host header, though. Refuses names that are not this
 * machine's.
 */
export function checkHost(header: string | undefined, bound: string): Refused | undefined {
  const name = hostName(header);
  if (name !== undefined && isOwnName(name, bound)) return undefined;
  const message =
    'the Host header does not name this machine; open the page with the address that was printed at the start';
  return { status: 403, code: 'bad_host', message };
}

/**
 * Prevents cross-site requests, which the same-origin policy allows, above all for WebSockets. Refuses an origin other
 * than the page's own, and requests that the browser itself marks as coming from elsewhere (Fetch Metadata).
 */
export function checkOrigin(headers: IncomingHttpHeaders): Refused | undefined {
  const message = 'only the workbench page itself and programs other than browsers may send requests here';
  const refused: Refused = { status: 403, code: 'bad_origin', message };
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return refused;
  if (headers.origin === undefined) return undefined;
  return originHost(headers.origin) === headers.host?.toLowerCase() ? undefined : refused;
}

/** Refuses any `Authorization` header but `Bearer <token>`; if no token is required, refuses nothing. */
export function checkBearer(
  headers: IncomingHttpHeaders,
  token: string | undefined,
  refused: Refused = TOKEN_REFUSED,
): Refused | undefined {
  const given = bearerOf(headers);
  if (token === undefined || sameToken(given, token)) return undefined;
  return given !== undefined && refused === TOKEN_REFUSED ? TOKEN_WRONG : refused;
}

/** The token of an `Authorization: Bearer` header. */
export function bearerOf({ authorization }: IncomingHttpHeaders): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

/** The same check for the token of a hello. */
export function checkToken(given: string | undefined, token: string | undefined): TokenRefused | undefined {
  if (token === undefined || sameToken(given, token)) return undefined;
  return given ? TOKEN_WRONG : TOKEN_REFUSED;
}

/** Refuses connections from other machines. One of this machine is over loopback, or has the same address at both ends. */
export function checkSameMachine({
  remoteAddress,
  localAddress,
}: Pick<Socket, 'remoteAddress' | 'localAddress'>): Refused | undefined {
  const [from, to] = [plainAddress(remoteAddress), plainAddress(localAddress)];
  if (from !== 'unknown' && (isLoopbackAddress(from) || from === to)) return undefined;
  return { status: 403, code: 'other_machine', message: 'this is answered only on the server’s own machine' };
}

export const TOKEN_REFUSED: TokenRefused = {
  status: 401,
  code: 'token_required',
  message: 'open the page with the link that was printed at the start: it contains the token',
};

type TokenRefused = Refused & { readonly code: 'token_required' | 'token_wrong' };

export const TOKEN_WRONG: TokenRefused = {
  status: 401,
  code: 'token_wrong',
  message:
    'this token does not belong to this server: it may be from an earlier data folder or from another server; ' +
    'open the page with the link that this server printed at the start',
};

/**
 * Compares in a time that does not reveal where the difference is: digests, which have the same length, are compared. An
 * empty token equals nothing, so that an empty token file does not let everyone in.
 */
export function sameToken(given: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(token)) && given !== undefined && token !== '';
}

/**
 * SHA-256 in hex, under which a secret is kept. A look-up by it takes the same time whatever is wrong with a guess: what the
 * guesser changes, the hash hides.
 */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** The address by which others on the network most likely reach this machine, or undefined. */
export function lanAddress(): string | undefined {
  return reachableAddresses()[0];
}

function isOwnName(name: string, bound: string): boolean {
  const machine = hostname().toLowerCase();
  const names = ['localhost', '127.0.0.1', '::1', bound.toLowerCase(), machine, `${machine}.local`];
  if (names.includes(name)) return true;
  // Looked up each time: a laptop may change networks while the server is running.
  return isWildcard(bound) && ownAddresses().includes(name);
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
}

/** Name or address of a Host header, in lower case and without port and brackets. */
function hostName(header: string | undefined): string | undefined {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header ?? '');
  return (parts?.[1] ?? parts?.[2])?.toLowerCase().replace(/\.$/, '');
}

function originHost(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
