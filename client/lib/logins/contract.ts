/** What a client needs of the place where its logins are stored between two starts. */
import type { WireAddress } from '../errors.ts';

/** What the server sent at a login. */
export interface NewLogin {
  readonly account: string;
  readonly session: string;
  readonly token: string;
  readonly expires: number;
  readonly device: string | undefined;
}

/** A login that is valid as far as this client knows. */
export interface FoundLogin {
  readonly account: string;
  readonly token: string;
  readonly session: string | undefined;
}

/** The right to change what is stored, until `end`. */
export interface Turn {
  /** Stores a login, or the newer token of a stored one. */
  save(address: WireAddress, login: NewLogin): Promise<void>;
  /** This login is over, and its token is useless. A login that another program has made since then is kept. */
  forget(address: WireAddress, account: string, session: string | undefined): Promise<void>;
  /** May be called more than once. */
  end(): Promise<void>;
}

export interface Logins extends Pick<Turn, 'save' | 'forget'> {
  /** The login of this `session` if it is known, else the newest at this address (of this account), if it is valid. */
  find(
    address: WireAddress,
    account: string | undefined,
    now: number,
    session?: string,
  ): Promise<FoundLogin | undefined>;
  /** The secret of this device for an account at this address. */
  device(address: WireAddress, account: string): Promise<string | undefined>;
  /** Waits until nobody else, in this program or another, has the turn. Rejects with `ChatError`. */
  turn(signal?: AbortSignal): Promise<Turn>;
}
