/**
 * What the chat core can ask, answered from memory and at once: the rules of `server/chat/questions.ts` without a
 * database, bcrypt or a clock. Nothing here is secret or slow, so that transcripts stay readable.
 */
import { accountOf } from '#chat/authors';
import type { NewMessage } from '#chat/effects';
import type { Input, MessageInfo, Output, Questions } from '#chat/questions';
import type { Account, LoginSession, RoomRecord, Sanction } from '#chat/records';
import { withoutUndefined } from '#protocol/without-undefined';
import { LIMITS } from '#protocol/limits';
import { nameKey } from '#protocol/names';
import type { AccountRole } from '#protocol/roles';
import { loginAnswers } from './memory-logins.ts';

export type SyncAnswers = { readonly [K in keyof Questions]: (input: Input<K>) => Output<K> };

/** The code of an authenticator with this secret at this time: six digits, the number of the time step. */
export function codeAt(now: number): string {
  return String(stepAt(now)).padStart(6, '0');
}

/** How this world keeps a password. */
function hashOf(password: string): string {
  return `hash of ${password}`;
}

function stepAt(now: number): number {
  return Math.floor(now / 30_000);
}

interface Said extends MessageInfo {
  readonly ref: string | undefined;
  text: string;
  deleted: boolean;
}

export class MemoryWorld {
  readonly accounts = new Map<number, Account>();
  readonly logins = new Map<string, LoginSession>();
  /** `account hash` of the devices that are known. */
  readonly devices = new Set<string>();
  readonly rooms = new Map<string, RoomRecord>();
  readonly sanctions = new Map<string, Sanction>();
  readonly said = new Map<number, Said>();
  /** How often something that was said was changed. */
  changes = 0;
  /** `account room` → the read marker. */
  readonly markers = new Map<string, number>();
  readonly answers: SyncAnswers = {
    ...passwordAnswers(),
    ...accountAnswers(this),
    ...secondFactorAnswers(this),
    ...loginAnswers(this),
    ...orderAnswers(this),
    ...talkAnswers(this),
  };

  /** With the password `correct horse battery`. */
  addAccount(name: string, role: AccountRole, now: number): Account {
    const id = this.accounts.size + 1;
    const account: Account = {
      id,
      name,
      key: nameKey(name),
      role,
      passwordHash: hashOf('correct horse battery'),
      secondFactor: undefined,
      created: now,
    };
    this.accounts.set(id, account);
    return account;
  }

  byKey(key: string): Account | undefined {
    return [...this.accounts.values()].find((account) => account.key === key);
  }

  change(id: number, change: Partial<Account>): void {
    const account = this.accounts.get(id);
    if (account) this.accounts.set(id, { ...account, ...change });
  }

  /** False when its author has stored something under this reference before. */
  commit({ id, room, from, author, ref, text, ts, via }: NewMessage): boolean {
    if (ref !== undefined && this.byRef(author, ref)) return false;
    this.said.set(id, { id, room, from, author, ref, ts, via, text, deleted: false });
    return true;
  }

  byRef(author: string, ref: string): Said | undefined {
    return [...this.said.values()].find((said) => said.author === author && said.ref === ref);
  }

  removeRoom(name: string, since: number): number {
    this.rooms.delete(name);
    for (const { id, room } of this.sanctions.values()) if (room === name) this.sanctions.delete(id);
    for (const key of this.markers.keys()) if (key.endsWith(` ${name}`)) this.markers.delete(key);
    const gone = [...this.said.values()].filter(({ room, ts }) => room === name && ts >= since);
    for (const { id } of gone) this.said.delete(id);
    return gone.length;
  }
}

type Some<K extends keyof Questions> = Pick<SyncAnswers, K>;

function passwordAnswers(): Some<
  'hashPassword' | 'verifyPassword' | 'passwordFlaw' | 'mayLogin' | 'loginSucceeded'
> {
  return {
    hashPassword: ({ password }) => hashOf(password),
    verifyPassword: ({ password, hash }) => hash === hashOf(password),
    passwordFlaw: ({ password }) =>
      password.length < LIMITS.passwordLeast ? { flaw: 'too short', advice: ['more words'] } : undefined,
    mayLogin: () => ({ allowed: true }),
    loginSucceeded: () => undefined,
  };
}

function accountAnswers(
  world: MemoryWorld,
): Some<'accountByKey' | 'accountById' | 'createAccount' | 'setPassword' | 'setRole' | 'countAdmins'> {
  return {
    accountByKey: ({ key }) => world.byKey(key),
    accountById: ({ id }) => world.accounts.get(id),
    createAccount: ({ name, key, passwordHash, now }) => {
      if (world.byKey(key)) return undefined;
      const { id } = world.addAccount(name, 'user', now);
      world.change(id, { key, passwordHash });
      return world.accounts.get(id);
    },
    setPassword: ({ id, passwordHash }) => world.change(id, { passwordHash }),
    setRole: ({ id, role }) => world.change(id, { role }),
    countAdmins: () => [...world.accounts.values()].filter(({ role }) => role === 'admin').length,
  };
}

function secondFactorAnswers(
  world: MemoryWorld,
): Some<'newSecondFactor' | 'codeStep' | 'setSecondFactor' | 'useStep' | 'useRecoveryCode'> {
  const factor = (id: number) => world.accounts.get(id)?.secondFactor;
  return {
    newSecondFactor: ({ name }) => ({ secret: 'JBSWY3DP', uri: `otpauth://totp/Wireglass:${name}` }),
    codeStep: ({ code, now }) =>
      [-1, 0, 1].map((skew) => stepAt(now) + skew).find((step) => Number(code) === step && code.length === 6),
    setSecondFactor: ({ id, secondFactor }) => world.change(id, { secondFactor }),
    useStep: ({ id, step }) => {
      const before = factor(id);
      if (!before || step <= before.lastStep) return false;
      world.change(id, { secondFactor: { ...before, lastStep: step } });
      return true;
    },
    useRecoveryCode: ({ id, hash }) => {
      const before = factor(id);
      if (!before?.recovery.includes(hash)) return undefined;
      const recovery = before.recovery.filter((one) => one !== hash);
      world.change(id, { secondFactor: { ...before, recovery } });
      return recovery.length;
    },
  };
}

function orderAnswers(
  world: MemoryWorld,
): Some<'saveRoom' | 'removeRoom' | 'saveSanction' | 'liftSanctions'> {
  return {
    saveRoom: ({ room }) => void world.rooms.set(room.name, room),
    removeRoom: ({ room, since }) => world.removeRoom(room, since),
    saveSanction: ({ sanction }) => void world.sanctions.set(sanction.id, sanction),
    liftSanctions: ({ ids }) => {
      for (const id of ids) world.sanctions.delete(id);
    },
  };
}

function talkAnswers(
  world: MemoryWorld,
): Some<
  'messageById' | 'messageByRef' | 'editMessage' | 'deleteMessage' | 'search' | 'markRead' | 'unreadOf'
> {
  return {
    messageById: ({ id }) => world.said.get(id),
    messageByRef: ({ author, ref }) => world.byRef(author, ref),
    editMessage: ({ id, text }) => {
      const said = world.said.get(id);
      if (!said || said.deleted) return undefined;
      said.text = text;
      return ++world.changes;
    },
    deleteMessage: ({ id }) => {
      const said = world.said.get(id);
      if (!said || said.deleted) return undefined;
      Object.assign(said, { text: '', deleted: true });
      return ++world.changes;
    },
    search: ({ text, before = Infinity, limit, rooms }) => {
      if (!/\p{L}|\p{N}/u.test(text)) return undefined;
      const found = [...world.said.values()].filter(
        (said) => said.text.includes(text) && rooms.includes(said.room) && said.id < before,
      );
      const messages = found.slice(-limit).map(({ id, room, from, author, text: words, ts, via }) =>
        withoutUndefined({
          id,
          room,
          from,
          account: accountOf(author) === undefined ? undefined : (true as const),
          text: words,
          ts,
          via,
        }),
      );
      return { messages, more: found.length > limit };
    },
    markRead: ({ account, room, id }) => {
      const key = `${account} ${room}`;
      world.markers.set(key, Math.max(id, world.markers.get(key) ?? 0));
    },
    unreadOf: ({ account }) =>
      [...world.markers]
        .filter(([key]) => key.startsWith(`${account} `))
        .map(([key, read]) => {
          const room = key.slice(key.indexOf(' ') + 1);
          const ids = [...world.said.values()].filter((said) => said.room === room).map(({ id }) => id);
          return { room, read, unread: ids.filter((id) => id > read).length, last: Math.max(0, ...ids) };
        }),
  };
}
