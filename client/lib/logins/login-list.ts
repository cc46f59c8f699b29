/** A list of logins, wherever it is stored: what is in it, and how it changes. */
import * as v from 'valibot';
import { isProtected } from '#protocol/wires';
import type { WireAddress } from '../errors.ts';
import type { FoundLogin, NewLogin } from './contract.ts';

const SECRET = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
export const LOGIN = v.object({
  account: v.string(),
  /**
   * Where it is valid. Protected and plain wires count as different places, so no token moves from one to the other.
   */
  places: v.array(v.string()),
  /** Public id of the login session, by which its newer tokens are known. */
  session: v.optional(v.string()),
  token: v.optional(SECRET),
  /** Milliseconds since 1970-01-01 UTC. */
  expires: v.optional(v.number()),
  /** Secret of this device, kept after a logout so that guesses made elsewhere do not delay the next login. */
  device: v.optional(SECRET),
});

export type Login = v.InferOutput<typeof LOGIN>;

/** How many logins are stored at most: the oldest make room. */
export const LOGINS_MOST = 100;

export interface Wanted {
  readonly address: WireAddress;
  /** Of any account when left out. */
  readonly account: string | undefined;
  readonly now: number;
  readonly session?: string | undefined;
}

/** The login of this `session` if it is known, else the newest at this address, if it is valid. */
export function findIn(
  logins: readonly Login[],
  { address, account, now, session }: Wanted,
): FoundLogin | undefined {
  const good = logins.filter(({ token, expires = 0 }) => token !== undefined && expires > now);
  const same = session === undefined ? undefined : good.find((login) => login.session === session);
  const found = same ?? good.filter((login) => isAt(login, address, account)).at(-1);
  return found?.token === undefined
    ? undefined
    : { account: found.account, token: found.token, session: found.session };
}

/** The secret of this device for an account at this address. */
export function deviceIn(
  logins: readonly Login[],
  address: WireAddress,
  account: string,
): string | undefined {
  return logins.filter((login) => isAt(login, address, account)).at(-1)?.device;
}

export function withLogin(logins: readonly Login[], address: WireAddress, login: NewLogin): readonly Login[] {
  const { session, account } = login;
  const before =
    logins.find((one) => one.session === session) ?? logins.find((one) => isAt(one, address, account));
  // Tokens may be stored in another order than the server gave them: the later one wins.
  if (before?.session === session && (before.expires ?? 0) > login.expires) return logins;
  const others = logins.filter((one) => one !== before && !isAt(one, address, account));
  const places = [...new Set([...(before?.session === session ? before.places : []), keyOf(address)])];
  const device = login.device ?? before?.device;
  return [...others, { ...login, places, device }];
}

export function withoutLogin(
  logins: readonly Login[],
  address: WireAddress,
  account: string,
  session: string | undefined,
): readonly Login[] {
  return logins.map((login) => {
    if (!isAt(login, address, account) || login.session !== session) return login;
    const { token: _token, session: _session, expires: _expires, ...rest } = login;
    return rest;
  });
}

function isAt({ places, account: name }: Login, address: WireAddress, account: string | undefined): boolean {
  const same = account === undefined || name.toLowerCase() === account.toLowerCase();
  return same && places.includes(keyOf(address));
}

function keyOf({ wire, host, port }: WireAddress): string {
  return `${isProtected(wire) ? 'protected' : 'open'} ${host}:${port}`;
}
