/** What the process of a piece does for the judge, besides calling the piece. */
import { type Chat, CHAT_METHODS } from './chat-deeds.ts';
import { type ServedChat, serveChat } from './chat-server.ts';
import {
  type CreateBroadcast,
  type HeldStand,
  type ServedStand,
  holdBroadcast,
  serveBroadcast,
} from './broadcast-stand.ts';
import { type Measure, type MeasureOrder, type Measured, measureFor } from './measured.ts';
import { type CoreWire, type ServedCore, serveCore, startWholeServer } from './core-server.ts';

export interface Tools {
  /** Puts a new chat of the learner's behind a port. */
  readonly serveChat: () => Promise<ServedChat>;
  /** Puts a new broadcast of the learner's among sockets that send when they are told to. */
  readonly holdBroadcast: (limit: number) => HeldStand;
  /** Puts one behind a port. */
  readonly serveBroadcast: (limit: number) => Promise<ServedStand>;
  /** Calls the learner's `measure` under a clock of our own. */
  readonly measure: (order: MeasureOrder) => Promise<Measured>;
  /** Puts a new core of the learner's behind a port for each of these wires. */
  readonly serveCore: (
    wires: readonly CoreWire[],
    identity: { readonly cert: string; readonly key: string },
  ) => Promise<ServedCore>;
  /** Starts the learner's own server. */
  readonly startServer: (
    options: object,
  ) => Promise<{ readonly ports: () => unknown; readonly close: () => Promise<void> }>;
}

export function toolsFor(exports: object): Tools {
  return {
    serveChat: async () => {
      const { createChat } = exports as { readonly createChat?: () => Chat };
      const chat = createChat?.();
      for (const method of CHAT_METHODS)
        if (typeof chat?.[method] !== 'function')
          throw new TypeError(`createChat() must return an object with ${CHAT_METHODS.join(', ')}`);
      return serveChat(chat as Chat);
    },
    holdBroadcast: (limit) => holdBroadcast(createBroadcastOf(exports), limit),
    serveBroadcast: (limit) => serveBroadcast(createBroadcastOf(exports), limit),
    measure: (order) => measureFor((exports as { readonly measure: Measure }).measure, order),
    serveCore: (wires, identity) => serveCore(exports, wires, identity),
    startServer: (options) => startWholeServer(exports, options),
  };
}

function createBroadcastOf(exports: object): CreateBroadcast | undefined {
  return (exports as { readonly createBroadcast?: CreateBroadcast }).createBroadcast;
}
