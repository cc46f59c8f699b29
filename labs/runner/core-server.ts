/** A learner's core, TLS listener and server (lab 09) on free ports of this machine, in the learner's process. */
import { type EventEmitter, once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { thrownOf } from '#judge/host';
import type { Thrown } from '#judge/values';
import { ToyServerChannel } from './toy-channel.ts';

interface Core {
  attach(stream: Duplex, wire: string, channel?: ToyServerChannel): void;
}

interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface CoreExports {
  readonly createCore?: () => Core;
  readonly createTlsListener?: (identity: Identity, onStream: (stream: Duplex) => void) => Server;
  readonly startServer?: (options: object) => Promise<{ readonly ports: unknown; close(): Promise<void> }>;
}

/** `toy`: a plain socket with a channel that the core has not seen before. */
export type CoreWire = 'plain' | 'toy' | 'tls';

/** An error that nothing has caught: `attach` threw it, or there was no listener for it, or a listener threw it. */
export interface Fault {
  readonly from: 'attach' | 'event';
  readonly thrown: Thrown;
}

/** What the judge can call. */
export interface ServedCore {
  readonly port: (wire: CoreWire) => number;
  /** What would have ended the whole process, since this was last asked. */
  readonly faults: () => Fault[];
  readonly close: () => Promise<void>;
}

/** One new core behind all these wires. `identity`: for tls. */
export async function serveCore(
  { createCore, createTlsListener }: CoreExports,
  wires: readonly CoreWire[],
  identity: Identity,
): Promise<ServedCore> {
  const core = createCore?.();
  if (typeof core?.attach !== 'function')
    throw new TypeError('createCore() must return an object with the method attach');
  const faults: Fault[] = [];
  const open = new Set<Socket>();
  const note = (error: unknown, from: Fault['from'] = 'event'): void =>
    void faults.push({ from, thrown: thrownOf(error) });
  const guardStream = (stream: Duplex): void =>
    guard(stream, (error) => {
      note(error);
      stream.destroy();
    });
  const attach = (stream: Duplex, wire: string, channel?: ToyServerChannel): void => {
    guardStream(stream);
    try {
      if (channel) core.attach(stream, wire, channel);
      else core.attach(stream, wire);
    } catch (error) {
      note(error, 'attach');
      stream.destroy();
    }
  };
  const makers: Readonly<Record<CoreWire, () => Server | undefined>> = {
    plain: () => createServer((socket) => attach(socket, 'plain')),
    // It stands where psk stands, so it also has its name.
    toy: () => createServer((socket) => attach(socket, 'psk', new ToyServerChannel())),
    tls: () => createTlsListener?.(identity, (stream) => attach(stream, 'tls')),
  };
  const listeners = wires.map((wire) => {
    const listener = makers[wire]();
    if (typeof listener?.listen !== 'function')
      throw new TypeError('createTlsListener() must return a server that can listen');
    guard(listener, note);
    return listener.prependListener('connection', (socket: Socket) => {
      guardStream(socket.setNoDelay(true));
      open.add(socket.on('close', () => open.delete(socket)));
    });
  });
  await Promise.all(listeners.map((each) => once(each.listen(0, '127.0.0.1'), 'listening')));
  // They are asked for also when a learner's listener has closed itself.
  const ports = listeners.map((each) => (each.address() as AddressInfo).port);
  return {
    port: (wire) => ports[wires.indexOf(wire)] ?? 0,
    faults: () => faults.splice(0),
    close: async () => {
      for (const socket of open) socket.destroy();
      await Promise.all(listeners.map((each) => new Promise((resolve) => each.close(resolve))));
    },
  };
}

/** An error that a listener throws, or for which there is no listener, ends a process. Here it is noted instead. */
function guard(emitter: EventEmitter, note: (error: unknown) => void): void {
  const emit = emitter.emit.bind(emitter);
  emitter.emit = (...args) => {
    try {
      return emit(...args);
    } catch (error) {
      note(error);
      return true;
    }
  };
}

/** The whole server of a learner. An object with methods crosses as these, so the ports become one. */
export async function startWholeServer({ startServer }: CoreExports, options: object) {
  const server = await startServer?.(options);
  if (typeof server?.close !== 'function')
    throw new TypeError('startServer() must resolve with an object that has ports and the method close');
  return { ports: () => server.ports, close: () => server.close() };
}
