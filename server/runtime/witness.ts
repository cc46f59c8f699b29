/** Is told what becomes of connections and of what is said over them, by the numbers of the connections. */
import type { NewMessage } from '#chat/effects';
import type { Departure } from './sockets/departure.ts';
import type { Host } from './sockets/connection.ts';

export interface Witness {
  /** Others have been given what was said over this connection. */
  readonly said: (session: number, message: Pick<NewMessage, 'text' | 'ref'>) => void;
  readonly gone: (session: number, code: Departure['code']) => void;
}

/** The same host, whose connections somebody watches. */
export function witnessed(host: Host, { gone }: Pick<Witness, 'gone'>): Host {
  return {
    opened: (...arrival) => host.opened(...arrival),
    payload: (...arrival) => host.payload(...arrival),
    dirty: (connection) => host.dirty(connection),
    turnedAway: (...refused) => host.turnedAway(...refused),
    gone: (connection, why) => {
      host.gone(connection, why);
      gone(connection.id, why.code);
    },
  };
}
