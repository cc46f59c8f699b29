/** The options of a chat client. */
import type { KnownLogin } from './logins/kept-login.ts';
import type { Logins } from './logins/contract.ts';
import type { SupervisorOptions, Target } from './connect/supervisor.ts';

export interface ChatClientOptions extends Target, SupervisorOptions {
  /** The name to ask for; without one the server assigns a guest name. */
  readonly name?: string | undefined;
  /** The room to enter; the lobby by default. */
  readonly room?: string | undefined;
  /** Messages of history when a room is entered, 0 to 100. */
  readonly historyLimit?: number | undefined;
  /** Fills each message up to a multiple of so many bytes, so that its length says less to those who listen. */
  readonly padTo?: number | undefined;
  /** Events kept for a slow reader. */
  readonly queueLimit?: number | undefined;
  /** An earlier login: the client joins no room before it is proven, or another login takes its place. */
  readonly login?: KnownLogin | undefined;
  /** Join no room before a login, even where guests may talk. */
  readonly loginFirst?: boolean | undefined;
  /** The login may cross plain wires, too, if the server accepts it there: see `Secretly`. */
  readonly confirmPlain?: boolean | undefined;
  /** Where logins are stored for the next start. Without it they end with the client. */
  readonly logins?: Logins | undefined;
}
