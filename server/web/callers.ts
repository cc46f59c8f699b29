/**
 * Who is connected to the page's port. A connection on which no request is being answered may have to make room for a
 * new one, the longest silent first, so that connections which only stand there keep nobody out.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '#wire/addresses';

export interface CallerCaps {
  /** Connections at a time. */
  readonly total: number;
  /** Of one network, loopback too. */
  readonly perNetwork: number;
}

interface Caller {
  readonly network: string;
  /** What was asked last. */
  exchange?: { readonly request: IncomingMessage; readonly response: ServerResponse };
  /** It is a WebSocket now; those have caps of their own. */
  upgraded: boolean;
}

export class Callers {
  readonly #caps: CallerCaps;
  /** In order of the last sign of life: who was heard last stands last. */
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

/** Nothing was asked, not all of it has come, or it is answered. */
function isIdle({ exchange, upgraded }: Caller): boolean {
  if (upgraded) return false;
  return !exchange || !exchange.request.complete || exchange.response.writableFinished;
}
