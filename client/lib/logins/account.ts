/** The requests of a client about its account: logging in and out, password, sessions, second factor. */
import type { AskType, Asking, ReplyTo } from '#session/asks';
import type { ClientSession } from '#session/session';
import { ChatError, type WireAddress } from '../errors.ts';
import type { KeptLogin } from './kept-login.ts';
import type { ClientState } from '../connect/supervisor.ts';
import type { Role } from '#protocol/roles';
import { isProtected } from '#protocol/wires';

export interface Signalled {
  readonly signal?: AbortSignal | undefined;
}

/** Options of a request that carries a secret of the person. */
export interface Secretly extends Signalled {
  /** The person knows that anyone on the path can read it, and agrees. The server must allow it, too. */
  readonly confirmPlain?: boolean | undefined;
}

/** The outcome of a proof: somebody is logged in now, or the second factor is required. */
export type LoginOutcome =
  | { readonly loggedIn: true; readonly name: string; readonly role: Role; readonly recoveryLeft?: number }
  | { readonly loggedIn: false };

export interface AccountParts {
  readonly session: ClientSession;
  readonly kept: KeptLogin;
  readonly ask: <T extends AskType>(asking: Asking<T>, signal?: AbortSignal) => Promise<ReplyTo<T>>;
  readonly address: () => WireAddress;
  readonly state: () => ClientState['state'];
}

export class AccountRequests {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** Name of the account, while somebody is logged in. */
  get name(): string | undefined {
    const { session } = this.#parts;
    return session.role === undefined ? undefined : session.name;
  }

  /** Logs in with a password. Rejects with `ChatError` bad_credentials, rate_limited, unsafe_wire, … */
  async login(name: string, password: string, options: Secretly = {}): Promise<LoginOutcome> {
    this.#checkWire(options);
    const { kept, ask, address } = this.#parts;
    const device = await kept.device(address(), name);
    const known = device === undefined ? {} : { device };
    return outcomeOf(await ask({ type: 'login', name, password, ...known }, options.signal));
  }

  /** Sends the code of the authenticator, or a recovery code, after a login that required it. */
  async secondFactor(code: string, options: Secretly = {}): Promise<LoginOutcome> {
    this.#checkWire(options);
    return outcomeOf(await this.#parts.ask({ type: 'second_factor', code }, options.signal));
  }

  /** Makes an account and logs in. Rejects with `ChatError` name_taken, weak_password, no_registration, … */
  async register(name: string, password: string, options: Secretly = {}): Promise<LoginOutcome> {
    this.#checkWire(options);
    return outcomeOf(await this.#parts.ask({ type: 'register', name, password }, options.signal));
  }

  /** Ends this login. Nobody is logged in afterwards, until the next login or `goOnAsGuest`. */
  async logout({ signal }: Signalled = {}): Promise<void> {
    const { kept, ask, address } = this.#parts;
    await ask({ type: 'logout' }, signal);
    kept.over(address());
  }

  /** Changes the password, which ends all other logins of the account. */
  async changePassword(before: string, after: string, options: Secretly = {}): Promise<void> {
    this.#checkWire(options);
    await this.#parts.ask({ type: 'password', old: before, new: after }, options.signal);
  }

  /** The logins of this account, newest first. */
  async sessions({ signal }: Signalled = {}): Promise<ReplyTo<'sessions'>['sessions']> {
    return (await this.#parts.ask({ type: 'sessions' }, signal)).sessions;
  }

  /** Ends a login by its id, or `others`. */
  async revoke(session: string, { signal }: Signalled = {}): Promise<string> {
    return (await this.#parts.ask({ type: 'revoke', session }, signal)).text;
  }

  /** The secret for an authenticator: in base32 and as the URI for a QR code. */
  async beginSecondFactor(
    password: string,
    options: Secretly = {},
  ): Promise<{ secret: string; uri: string }> {
    this.#checkWire(options);
    const { secret, uri } = await this.#parts.ask({ type: 'totp_begin', password }, options.signal);
    return { secret, uri };
  }

  /** Proves that the authenticator has the secret. Resolves with the recovery codes. */
  async confirmSecondFactor(code: string, options: Secretly = {}): Promise<readonly string[]> {
    this.#checkWire(options);
    return (await this.#parts.ask({ type: 'totp_confirm', code }, options.signal)).codes;
  }

  async removeSecondFactor(password: string, options: Secretly = {}): Promise<void> {
    this.#checkWire(options);
    await this.#parts.ask({ type: 'totp_remove', password }, options.signal);
  }

  /** Checks, before a secret is sent, that the wire protects it, or that both the server and the person allow it. */
  #checkWire({ confirmPlain = false }: Secretly): void {
    const { session, address, state } = this.#parts;
    const here = address();
    if (state() !== 'open' && state() !== 'login') throw new ChatError('not_connected', { address: here });
    if (isProtected(here.wire)) return;
    if (!session.auth?.allowed)
      throw new ChatError('unsafe_wire', {
        address: here,
        detail: 'this server accepts no passwords on this wire',
      });
    if (!confirmPlain)
      throw new ChatError('unsafe_wire', {
        address: here,
        detail: 'anyone on the path can read a password here',
      });
    session.confirmPlain();
  }
}

function outcomeOf(reply: ReplyTo<'login' | 'register' | 'second_factor'>): LoginOutcome {
  if (reply.type === 'second_factor_required') return { loggedIn: false };
  const { name, role, recovery_left: recoveryLeft } = reply;
  return { loggedIn: true, name, role, ...(recoveryLeft !== undefined && { recoveryLeft }) };
}
