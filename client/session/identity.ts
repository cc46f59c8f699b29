/** Who the user is to the server: a guest by name and token, or an account by its login. */
import type { Client, Server, StoredMessage } from '#protocol/messages';
import type { Role } from '#protocol/roles';

export interface IdentityOptions {
  /** The name a guest asks for. */
  readonly name?: string | undefined;
  /** Join no room before a login, even where guests may talk. */
  readonly loginFirst?: boolean | undefined;
}

export class Identity {
  /** What this connection's server says about accounts. */
  auth: Server<'auth_required'> | undefined;
  /** This connection's server records the traffic on its wires, and their secrets. */
  tapped = false;
  /** The person has agreed that secrets of the login cross a plain wire, if the server accepts them there. */
  plainConfirmed = false;
  readonly #wantedName: string | undefined;
  #guestName: string | undefined;
  #guestToken: string | undefined;
  #account: { readonly name: string; role: Role } | undefined;
  #loginToken: string | undefined;
  #wantsAccount: boolean;
  /** Who wrote the waiting requests; `undefined` until somebody has entered. */
  #author: string | undefined;

  constructor({ name, loginFirst = false }: IdentityOptions) {
    this.#wantedName = name;
    this.#wantsAccount = loginFirst;
  }

  /** The name that others see; until somebody has entered, the requested one. */
  get name(): string | undefined {
    return this.#account?.name ?? this.#guestName ?? this.#wantedName;
  }

  /** Role of the account that is logged in, `undefined` for a guest. */
  get role(): Role | undefined {
    return this.#account?.role;
  }

  /**
   * Whether what this user says is an account's: after a login, and where the server knows by the connection itself whose it is, as
   * in a class. A server that has accounts gives every guest a token.
   */
  get hasAccount(): boolean {
    if (this.#account) return true;
    return this.auth !== undefined && this.#guestName !== undefined && this.#guestToken === undefined;
  }

  /** Whether no room may be joined without a login. */
  get wantsAccount(): boolean {
    return this.#wantsAccount;
  }

  /** The token that proves an earlier login, once. */
  get loginToken(): string | undefined {
    return this.#loginToken;
  }

  /** Sets the token to show on the next connection: of an earlier login, or a newer one of this login. */
  useToken(token: string): void {
    this.#loginToken = token;
    this.#wantsAccount = true;
  }

  /** What the first join of a connection says about who enters. */
  get introduction(): Pick<Client<'join'>, 'name' | 'token'> {
    if (this.#account) return {};
    const name = this.#guestName ?? this.#wantedName;
    return { ...(name !== undefined && { name }), ...(this.#guestToken && { token: this.#guestToken }) };
  }

  /**
   * A join has settled a guest's name. Like `loggedIn` and `goOnAsGuest`, returns whether the user is someone else
   * now.
   */
  joined(name: string, token: string | undefined): boolean {
    if (this.#account) return false;
    this.#guestName = name;
    this.#guestToken = token;
    return this.#isNew('guest');
  }

  /** The server has given this guest another name. */
  renamed(name: string): void {
    this.#guestName = name;
  }

  /** Whether the current user said this message: by name, and by whether it is an account or a guest. */
  isAuthor({ from, account }: Pick<StoredMessage, 'from' | 'account'>): boolean {
    return from === this.name && (account ?? false) === this.hasAccount;
  }

  loggedIn({ name, role, token }: Server<'auth_success'>): boolean {
    this.#account = { name, role };
    this.#loginToken = token;
    this.#wantsAccount = true;
    return this.#isNew(`account ${name.toLowerCase()}`);
  }

  goOnAsGuest(): boolean {
    this.forgetLogin();
    this.#wantsAccount = false;
    return this.#isNew('guest');
  }

  /** The login is over. Nobody is logged in until the next login, or until the person continues as a guest. */
  forgetLogin(): void {
    this.#account = undefined;
    this.#loginToken = undefined;
    this.#wantsAccount = true;
  }

  /** Someone has given this member another role. */
  appointed(role: Role): void {
    if (this.#account) this.#account.role = role;
  }

  #isNew(author: string): boolean {
    const before = this.#author;
    this.#author = author;
    return before !== undefined && before !== author;
  }
}
