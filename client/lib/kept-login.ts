/** The login of one client and the file where it is kept: newer tokens go in, and are looked up before each connection. */
import type { Server } from '#wire/messages';
import type { Place } from './errors.ts';
import type { LoginStore } from './logins.ts';

export interface KnownLogin {
  readonly account: string;
  readonly token: string;
}

export class KeptLogin {
  readonly #store: LoginStore | undefined;
  readonly #complain: (error: unknown) => void;
  #account: string | undefined;

  constructor(
    store: LoginStore | undefined,
    known: KnownLogin | undefined,
    complain: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#account = known?.account;
    this.#complain = complain;
  }

  /** The newest token of this login: another program of the same person may have had one. */
  async token(place: Place): Promise<string | undefined> {
    if (this.#account === undefined) return undefined;
    const found = await this.#store?.find(place, this.#account, Date.now()).catch(this.#complain);
    return found?.token;
  }

  async device(place: Place, account: string): Promise<string | undefined> {
    return (await this.#store?.device(place, account).catch(this.#complain)) ?? undefined;
  }

  loggedIn(place: Place, { name, session, token, expires, device }: Server<'auth_success'>): void {
    this.#account = name;
    this.#store?.save(place, { account: name, session, token, expires, device }).catch(this.#complain);
  }

  /** It does not hold any more. */
  over(place: Place): void {
    if (this.#account !== undefined) this.#store?.forget(place, this.#account).catch(this.#complain);
    this.#account = undefined;
  }
}
