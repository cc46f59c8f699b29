/**
 * The login of one client and the file where it is stored. Newer tokens are written there, and are looked up before
 * each connection. From then until the newer token is stored, no other program proves a login of this file: two
 * programs that showed the same token would look like a thief and the victim.
 */
import type { Server } from '#protocol/messages';
import type { WireAddress } from '../errors.ts';
import type { Logins, Turn } from './contract.ts';

export interface KnownLogin {
  readonly account: string;
  readonly token: string;
}

export class KeptLogin {
  readonly #store: Logins | undefined;
  readonly #complain: (error: unknown) => void;
  #account: string | undefined;
  /** Public id of the login session. */
  #session: string | undefined;
  #turn: Turn | undefined;
  #written: Promise<unknown> = Promise.resolve();

  constructor(store: Logins | undefined, known: KnownLogin | undefined, complain: (error: unknown) => void) {
    this.#store = store;
    this.#account = known?.account;
    this.#complain = complain;
  }

  /**
   * The newest token of this login; another program of the same person may have got a newer one. The caller reports the
   * outcome with `loggedIn` or `over`, or with `settle` when the token was not used.
   */
  async prove(address: WireAddress, signal: AbortSignal): Promise<string | undefined> {
    const store = this.#store;
    if (this.#account === undefined || !store) return undefined;
    try {
      this.#turn = await store.turn(signal);
      const found = await store.find(address, this.#account, Date.now(), this.#session);
      if (!found) return void this.settle();
      this.#session = found.session;
      return found.token;
    } catch (error) {
      if (!signal.aborted) this.#complain(error);
      return undefined;
    }
  }

  settle(): void {
    void this.#turn?.end();
    this.#turn = undefined;
  }

  async device(address: WireAddress, account: string): Promise<string | undefined> {
    return (await this.#store?.device(address, account).catch(this.#complain)) ?? undefined;
  }

  loggedIn(address: WireAddress, { name, session, token, expires, device }: Server<'auth_success'>): void {
    this.#account = name;
    this.#session = session;
    this.#change((file) => file.save(address, { account: name, session, token, expires, device }));
  }

  /** The login is no longer valid. */
  over(address: WireAddress): void {
    const [account, session] = [this.#account, this.#session];
    if (account !== undefined) this.#change((file) => file.forget(address, account, session));
    this.#account = undefined;
    this.#session = undefined;
  }

  /** Resolves once everything is in the file. */
  async written(): Promise<void> {
    await this.#written;
  }

  /** Changes the file in the turn that this client has, which then ends, or else in a turn of its own. */
  #change(change: (file: Pick<Turn, 'save' | 'forget'>) => Promise<void>): void {
    const [store, turn] = [this.#store, this.#turn];
    if (!store) return;
    this.#turn = undefined;
    const work = async (): Promise<void> => {
      try {
        await change(turn ?? store);
      } catch (error) {
        this.#complain(error);
      } finally {
        await turn?.end();
      }
    };
    this.#written = Promise.all([this.#written, work()]);
  }
}
