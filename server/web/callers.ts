/**
 * The connections to the page's port. An idle connection may have to make room for a new one, the longest silent first,
 * so that connections that ask for nothing keep nobody out.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '#protocol/addresses';

export interface CallerCaps {
  /** Connections at a time. */
  readonly total: number;
  /** Connections from one network, including loopback. */
  readonly perNetwork: number;
}

interface Caller {
  readonly network: string;
  /** The last request and its response. */
  exchange?: { readonly request: IncomingMessage; readonly response: ServerResponse };
  /** Whether the connection is a WebSocket now; those have caps of their own. */
  upgraded: boolean;
}

export class Callers {
  readonly #caps: CallerCaps;
  /** In the order of their last sign of life, the latest at the end. */
  readonly #callers = new Map<Socket, Caller>();

  constructor(caps: CallerCaps) {
    this.#caps = caps;
  }

  get count(): number {
    return this.#callers.size;
  }

  /** Counts every connection of this server from now on. */
  watch(server: Server): void {
    server.prependListener('connection', (socket: Socket) => this.#admit(socket));
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      const caller = this.#heard(request.socket);
      if (caller) caller.exchange = { request, response };
    });
    server.prependListener('upgrade', ({ socket }: IncomingMessage) => {
      const caller = this.#heard(socket);
      if (caller) caller.upgraded = true;
    });
  }

  #admit(socket: Socket): void {
    const network = networkOf(socket.remoteAddress ?? '');
    const ofNetwork = [...this.#callers].filter(([, caller]) => caller.network === network);
    const full =
      ofNetwork.length >= this.#caps.perNetwork
        ? ofNetwork
        : this.#callers.size >= this.#caps.total && [...this.#callers];
    if (full) {
      const idle = full.find(([, caller]) => isIdle(caller));
      if (!idle) return void socket.destroy();
      this.#callers.delete(idle[0]);
      idle[0].destroy();
    }
    this.#callers.set(socket, { network, upgraded: false });
    socket.once('close', () => this.#callers.delete(socket));
  }

  #heard(socket: Socket): Caller | undefined {
    const caller = this.#callers.get(socket);
    if (!caller) return undefined;
    this.#callers.delete(socket);
    this.#callers.set(socket, caller);
    return caller;
  }
}

/** There was no request, it is not complete yet, or it has been answered. */
function isIdle({ exchange, upgraded }: Caller): boolean {
  if (upgraded) return false;
  return !exchange || !exchange.request.complete || exchange.response.writableFinished;
}
