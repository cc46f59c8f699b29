/** Is told what becomes of connections and of what is said over them, by the numbers of the connections. */
import type { NewMessage } from '#chat/effects';
import type { Departure } from './sockets/departure.ts';

export interface Witness {
  /** Others have been given what was said over this connection. */
  readonly said: (session: number, message: Pick<NewMessage, 'text' | 'ref'>) => void;
  readonly gone: (session: number, departure: Departure) => void;
}
