/**
 * Accounts created and changed by the operator, whether or not a server is running. The chat's rules for names and
 * passwords apply; the operator has the right to do all of it.
 */
import type { AnswersTo } from '#chat/questions';
import type { Account, AuditEntry } from '#chat/records';
import { ERRORS, type ErrorCode } from '#protocol/errors';
import { LIMITS } from '#protocol/limits';
import { NAME_RULE, cleanName, nameKey } from '#protocol/names';
import type { AccountRole } from '#protocol/roles';

export type DeskAnswers = AnswersTo<
  | 'passwordFlaw'
  | 'hashPassword'
  | 'accountByKey'
  | 'createAccount'
  | 'setPassword'
  | 'endSessions'
  | 'setRole'
  | 'setSecondFactor'
  | 'countAdmins'
>;

export interface Desk {
  readonly answers: DeskAnswers;
  /** Removes an account by its number. False when there is none. */
  readonly remove: (id: number) => Promise<boolean>;
  readonly audit: (entry: AuditEntry) => unknown;
  /** These tell the running chat, if there is one. */
  readonly added: (account: Account) => void;
  readonly signedOut: (account: Account) => void;
  readonly removed: (account: Account) => void;
}

export interface NameAndPassword {
  readonly name: string;
  readonly password: string;
}

/** The operator's request breaks a rule. */
export class DeskError extends Error {
  override readonly name = 'DeskError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail?: string) {
    super(detail === undefined ? ERRORS[code].meaning : `${ERRORS[code].meaning}: ${detail}`);
    this.code = code;
  }
}

/** Every method rejects with `DeskError`, or with an error of the store. */
export class AccountDesk {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Resolves with the name as it is stored. Throws bad_name, weak_password, name_taken. */
  async add({ name, password }: NameAndPassword): Promise<string> {
    const { answers } = this.#desk;
    const clean = cleanName(name);
    if (clean === undefined) throw new DeskError('bad_name', NAME_RULE);
    await this.#checkPassword(clean, password);
    const passwordHash = await answers.hashPassword({ password, trusted: true });
    const now = Date.now();
    const account = await answers.createAccount({ name: clean, key: nameKey(clean), passwordHash, now });
    if (!account) throw new DeskError('name_taken');
    this.#desk.added(account);
    await this.#audit('account.registered', account);
    return account.name;
  }

  /** Ends every login of the account as well. Throws no_such_member, weak_password. */
  async setPassword({ name, password }: NameAndPassword): Promise<string> {
    const { answers } = this.#desk;
    const account = await this.#find(name);
    await this.#checkPassword(account.name, password);
    const passwordHash = await answers.hashPassword({ password, trusted: true });
    await answers.setPassword({ id: account.id, passwordHash });
    await answers.endSessions({ account: account.id, ids: 'all' });
    this.#desk.signedOut(account);
    await this.#audit('account.password_changed', account);
    return account.name;
  }

  /**
   * Only while no server is running: a running one is asked to `appoint`, so that its members are told. Throws
   * no_such_member, last_admin.
   */
  async setRole(name: string, role: AccountRole): Promise<string> {
    const { answers } = this.#desk;
    const account = await this.#find(name);
    if (role !== 'admin') await this.#checkAdmins(account);
    await answers.setRole({ id: account.id, role });
    await this.#audit('account.role', account, role);
    return account.name;
  }

  /** For a user who has lost device and recovery codes. Ends every login. Throws no_such_member, no_second_factor. */
  async removeSecondFactor(name: string): Promise<string> {
    const { answers } = this.#desk;
    const account = await this.#find(name);
    if (!account.secondFactor) throw new DeskError('no_second_factor');
    await answers.setSecondFactor({ id: account.id, secondFactor: undefined });
    await answers.endSessions({ account: account.id, ids: 'all' });
    this.#desk.signedOut(account);
    await this.#audit('second_factor.removed', account);
    return account.name;
  }

  /** The account's messages stay, and its name is free. Throws no_such_member, last_admin. */
  async remove(name: string): Promise<string> {
    const account = await this.#find(name);
    await this.#checkAdmins(account);
    await this.#desk.remove(account.id);
    this.#desk.removed(account);
    await this.#audit('account.removed', account);
    return account.name;
  }

  /** Checks, before this account stops being an admin, that another admin is left. */
  async #checkAdmins({ role }: Account): Promise<void> {
    if (role === 'admin' && (await this.#desk.answers.countAdmins({})) <= 1)
      throw new DeskError('last_admin');
  }

  async #find(name: string): Promise<Account> {
    const account = await this.#desk.answers.accountByKey({ key: nameKey(name) });
    if (!account) throw new DeskError('no_such_member', `no account is called ${JSON.stringify(name)}`);
    return account;
  }

  async #checkPassword(name: string, password: string): Promise<void> {
    if (password.length > LIMITS.passwordInput) throw new DeskError('weak_password', 'it is too long');
    const flaw = await this.#desk.answers.passwordFlaw({ name, password });
    if (flaw) throw new DeskError('weak_password', [flaw.flaw, ...flaw.advice].join(' '));
  }

  async #audit(event: AuditEntry['event'], account: Account, detail?: string): Promise<void> {
    const entry = { ts: Date.now(), event, actor: 'operator', subject: account.name };
    await this.#desk.audit({ ...entry, ...(detail !== undefined && { detail }) });
  }
}
