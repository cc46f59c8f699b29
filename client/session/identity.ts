/** Who the session is to the server: a guest by name and token, or an account by its login. */
import type { Client, Server, StoredMessage } from '#wire/messages';
import type { Role } from '#wire/roles';

export interface IdentityOptions {
  /** The name a guest asks for. */
  readonly name?: string | undefined;
  /** Nothing is joined before a login, also where guests may talk. */
  readonly loginFirst?: boolean | undefined;
}

export class Identity {
  /** What this connection's server says about accounts. */
  auth: Server<'auth_required'> | undefined;
  /** This connection's server records what crosses its wires, with its secrets. */
  tapped = false;
  /** The person has agreed that secrets of the login cross a plain wire of a server that takes them there. */
  plainConfirmed = false;
  readonly #wantedName: string | undefined;
  #guestName: string | undefined;
  #guestToken: string | undefined;
  #account: { readonly name: string; role: Role } | undefined;
  #loginToken: string | undefined;
  #wantsAccount: boolean;
  /** Under which name what waits was written; `undefined` while nobody has been in. */
  #author: string | undefined;

  constructor({ name, loginFirst = false }: IdentityOptions) {
    this.#wantedName = name;
    this.#wantsAccount = loginFirst;
  }

  /** The name the others see; before anyone has been in, the one asked for. */
  get name(): string | undefined {
    return this.#account?.name ?? this.#guestName ?? this.#wantedName;
  }

  /** Role of the account that is logged in, `undefined` for a guest. */
  get role(): Role | undefined {
    return this.#account?.role;
  }

  /** Whether nothing is to be joined without a login. */
  get wantsAccount(): boolean {
    return this.#wantsAccount;
  }

  /** Proves an earlier login, once. */
  get loginToken(): string | undefined {
    return this.#loginToken;
  }

  /** To be proven on the next connection: an earlier login, or a newer token of this one. */
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

  /** A join has settled a guest's name. Each of these three tells whether someone else is here now. */
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

  /** Whether a message was said by whoever is here: an account of this name, or a guest. */
  isAuthor({ from, account }: Pick<StoredMessage, 'from' | 'account'>): boolean {
    return from === this.name && account === (this.#account && true);
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

  /** The login is over. Until there is another one, or the person wants to be a guest, nobody is here. */
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
