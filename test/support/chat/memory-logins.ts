/** Login sessions and devices of the world in memory. */
import type { Input, Output } from '#chat/questions';
import type { Account, LoginSession } from '#chat/records';
import { LIMITS } from '#protocol/limits';

export interface LoginMemory {
  readonly accounts: ReadonlyMap<number, Account>;
  readonly logins: Map<string, LoginSession>;
  /** `account hash` of the devices that are known. */
  readonly devices: Set<string>;
}

type LoginQuestion =
  | 'knowsDevice'
  | 'rememberDevice'
  | 'startSession'
  | 'sessionByToken'
  | 'rotateToken'
  | 'sessionsOf'
  | 'endSessions';

export function loginAnswers(world: LoginMemory): {
  readonly [K in LoginQuestion]: (input: Input<K>) => Output<K>;
} {
  return {
    knowsDevice: ({ account, hash }) => world.devices.has(`${account} ${hash}`),
    rememberDevice: ({ account, hash }) => void world.devices.add(`${account} ${hash}`),
    startSession: ({ session }) => start(world.logins, session),
    sessionByToken: ({ hash, family }) => {
      const all = [...world.logins.values()];
      const session =
        all.find((one) => [one.tokenHash, one.previousHash].includes(hash)) ??
        all.find((one) => family !== undefined && one.familyHash === family);
      const account = session && world.accounts.get(session.account);
      return session && account && { session, account };
    },
    rotateToken: ({ before, after }) => {
      if (world.logins.get(before.id)?.tokenHash !== before.tokenHash) return false;
      world.logins.set(after.id, after);
      return true;
    },
    sessionsOf: ({ account, now }) =>
      [...world.logins.values()].filter((one) => one.account === account && one.expires > now),
    endSessions: ({ account, ids, except }) => {
      const ended = [...world.logins.values()]
        .filter((one) => one.account === account && one.id !== except)
        .filter(({ id }) => ids === 'all' || ids.includes(id))
        .map(({ id }) => id);
      for (const id of ended) world.logins.delete(id);
      return ended;
    },
  };
}

/** Above the cap, the one that was not used for longest makes room. */
function start(logins: Map<string, LoginSession>, session: LoginSession): string[] {
  const others = [...logins.values()]
    .filter(({ account }) => account === session.account)
    .sort((a, b) => b.seen - a.seen);
  const ended = others.slice(LIMITS.loginSessions - 1).map(({ id }) => id);
  for (const id of ended) logins.delete(id);
  logins.set(session.id, session);
  return ended;
}
