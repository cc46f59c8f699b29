/**
 * Logins that this browser keeps for the next visit, because the person asked for that. Tabs share them, and take turns
 * where the browser has locks (not on a page over plain HTTP from another machine).
 */
import * as v from 'valibot';
import type { FoundLogin, Logins, NewLogin, Turn } from '#client/logins/contract';
import {
  LOGIN,
  LOGINS_MOST,
  type Login,
  deviceIn,
  findIn,
  withLogin,
  withoutLogin,
} from '#client/logins/login-list';
import type { WireAddress } from '#client/errors';

const KEY = 'wireglass-chat-logins';
const KEPT = v.pipe(v.string(), v.parseJson(), v.array(LOGIN));

type Place = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
/** Runs `work` while nobody else has the lock. */
type WithLock = (work: () => Promise<void>, signal?: AbortSignal) => Promise<void>;

export class PageLogins implements Logins {
  readonly #place: Place;
  readonly #withLock: WithLock;

  constructor(place: Place, withLock: WithLock = lockOfBrowser) {
    this.#place = place;
    this.#withLock = withLock;
  }

  async find(
    address: WireAddress,
    account: string | undefined,
    now: number,
    session?: string,
  ): Promise<FoundLogin | undefined> {
    return findIn(this.#read(), { address, account, now, session });
  }

  async device(address: WireAddress, account: string): Promise<string | undefined> {
    return deviceIn(this.#read(), address, account);
  }

  turn(signal?: AbortSignal): Promise<Turn> {
    return new Promise((resolve, reject) => {
      this.#withLock(
        () =>
          new Promise<void>((end) =>
            resolve({
              save: async (address, login) => this.#change((logins) => withLogin(logins, address, login)),
              forget: async (...which) => this.#change((logins) => withoutLogin(logins, ...which)),
              end: async () => end(),
            }),
          ),
        signal,
      ).catch(reject);
    });
  }

  async save(address: WireAddress, login: NewLogin): Promise<void> {
    await this.#inTurn((turn) => turn.save(address, login));
  }

  async forget(address: WireAddress, account: string, session: string | undefined): Promise<void> {
    await this.#inTurn((turn) => turn.forget(address, account, session));
  }

  /** Nothing of any login stays in this browser. */
  clear(): void {
    this.#place.removeItem(KEY);
  }

  async #inTurn(work: (turn: Turn) => Promise<void>): Promise<void> {
    const turn = await this.turn();
    try {
      await work(turn);
    } finally {
      await turn.end();
    }
  }

  #change(change: (logins: readonly Login[]) => readonly Login[]): void {
    this.#place.setItem(KEY, JSON.stringify(change(this.#read()).slice(-LOGINS_MOST)));
  }

  #read(): readonly Login[] {
    const { success, output } = v.safeParse(KEPT, this.#place.getItem(KEY));
    return success ? output : [];
  }
}

async function lockOfBrowser(work: () => Promise<void>, signal?: AbortSignal): Promise<void> {
  const { locks } = navigator as { readonly locks?: LockManager };
  if (!locks) return work();
  await locks.request(KEY, signal ? { signal } : {}, work);
}
