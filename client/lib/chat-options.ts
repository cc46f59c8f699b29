/** What a chat client is made with. */
import type { KnownLogin } from './kept-login.ts';
import type { LoginStore } from './logins.ts';
import type { SupervisorOptions, Target } from './supervisor.ts';

export interface ChatClientOptions extends Target, SupervisorOptions {
  /** The name to ask for; without one the server gives a guest name. */
  readonly name?: string | undefined;
  /** The room to enter; the lobby by default. */
  readonly room?: string | undefined;
  /** Messages of history when a room is entered, 0 to 100. */
  readonly historyLimit?: number | undefined;
  /** Events kept for a reader that lags. */
  readonly queueLimit?: number | undefined;
  /** An earlier login: nothing is joined before it is proven, or another login takes its place. */
  readonly login?: KnownLogin | undefined;
  /** Nothing is joined before a login, also where guests may talk. */
  readonly loginFirst?: boolean | undefined;
  /** The login crosses plain wires, too, where the server takes it there: see `Secretly`. */
  readonly confirmPlain?: boolean | undefined;
  /** Where logins are kept for the next start. Without it they end with the client. */
  readonly logins?: LoginStore | undefined;
}
