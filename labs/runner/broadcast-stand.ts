/**
 * A learner's broadcast (lab 13) with connections around it: sockets that are held here, or real ones behind a port. It sends
 * nothing itself. A message is a number and so much text, and its frame is as on the plain wire.
 */
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { concat, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { HeldSocket } from './held-socket.ts';

export const BROADCAST_METHODS = ['add', 'publish', 'stats'] as const;

export interface Message {
  readonly number: number;
  readonly text: string;
}

interface Broadcast {
  add(socket: Socket): unknown;
  publish(message: Message): unknown;
  stats(): unknown;
}

export type CreateBroadcast = (limit: number, encode: (message: Message) => Uint8Array) => unknown;

export interface BroadcastState {
  /** As the broadcast says. */
  readonly connections: number;
  readonly waiting: number;
  /** How often a message was encoded. */
  readonly encoded: number;
}

export interface HeldState {
  readonly written: Uint8Array;
  readonly writtenWhileFull: number;
  /** Pieces that are not the memory of a frame itself, or a part of it. */
  readonly copies: number;
  /** It would say that it is full. */
  readonly isFull: boolean;
  readonly isDestroyed: boolean;
  readonly drainListeners: number;
}

export interface ServedState {
  /** The client's end. */
  readonly port: number;
  /** Bytes that were given to the socket; those that still wait in it included. */
  readonly given: number;
  /** Bytes that wait in the socket. */
  readonly buffered: number;
  readonly isFull: boolean;
  readonly isOpen: boolean;
}

/** What the judge can call, whatever the sockets are. */
interface Stand {
  /** Publishes one message after the other, and waits until everything that follows from it at once has happened. */
  readonly publish: (messages: readonly Message[]) => Promise<void>;
  readonly state: () => BroadcastState;
}

export interface HeldStand extends Stand {
  /** Adds a connection; returns its number, from 0. */
  readonly add: () => Promise<number>;
  readonly hold: (connection: number) => void;
  readonly letOut: (connection: number) => Promise<void>;
  readonly release: (connection: number) => Promise<void>;
  /** The peer is gone. */
  readonly close: (connection: number) => Promise<void>;
  readonly look: (connection: number) => HeldState;
}

export interface ServedStand extends Stand {
  readonly port: () => number;
  /** Of each connection that has come, when what happens at once has happened. */
  readonly connections: () => Promise<ServedState[]>;
  readonly close: () => Promise<void>;
}

/** Throws `TypeError` when the piece does not give a broadcast. */
export function holdBroadcast(create: CreateBroadcast | undefined, limit: number): HeldStand {
  const { broadcast, frames, ...stand } = standAround(create, limit);
  const sockets: HeldSocket[] = [];
  const at = (connection: number): HeldSocket => sockets[connection] as HeldSocket;
  const then = async (act: () => void): Promise<void> => {
    act();
    await settled();
  };
  return {
    ...stand,
    add: async () => {
      const socket = new HeldSocket();
      await then(() => broadcast.add(socket as unknown as Socket));
      return sockets.push(socket) - 1;
    },
    hold: (connection) => at(connection).hold(),
    letOut: (connection) => then(() => at(connection).letOut()),
    release: (connection) => then(() => at(connection).release()),
    close: (connection) => then(() => at(connection).destroy()),
    look: (connection) => stateOf(at(connection), frames),
  };
}

function stateOf(socket: HeldSocket, frames: readonly Uint8Array[]): HeldState {
  const { written, writtenWhileFull } = socket;
  const memory = new Set(frames.map(({ buffer }) => buffer));
  return {
    written: concat(written),
    writtenWhileFull,
    copies: written.filter(({ buffer }) => !memory.has(buffer)).length,
    isFull: socket.writableNeedDrain,
    isDestroyed: socket.destroyed,
    drainListeners: socket.listenerCount('drain'),
  };
}

/** Listens on a free port of this machine. Rejects as `holdBroadcast` throws. */
export async function serveBroadcast(
  create: CreateBroadcast | undefined,
  limit: number,
): Promise<ServedStand> {
  const { broadcast, publish, state } = standAround(create, limit);
  const came = new Map<number, Socket>();
  const server = createServer((socket) => {
    came.set(socket.remotePort ?? 0, socket.setNoDelay(true));
    socket.on('error', () => socket.destroy());
    socket.resume();
    broadcast.add(socket);
  });
  await listening(server);
  return {
    publish,
    state,
    port: () => (server.address() as AddressInfo).port,
    connections: async () => {
      await settled();
      return [...came].map(([port, socket]) => servedStateOf(port, socket));
    },
    close: async () => {
      for (const socket of came.values()) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function servedStateOf(port: number, socket: Socket): ServedState {
  const { bytesWritten, writableLength, writableNeedDrain, destroyed } = socket;
  return {
    port,
    given: bytesWritten,
    buffered: writableLength,
    isFull: writableNeedDrain,
    isOpen: !destroyed,
  };
}

function standAround(create: CreateBroadcast | undefined, limit: number) {
  const frames: Uint8Array[] = [];
  const encode = (message: Message): Uint8Array => {
    const frame = encodeFrame(utf8(JSON.stringify(message)));
    frames.push(frame);
    return frame;
  };
  const broadcast = create?.(limit, encode) as Partial<Broadcast> | undefined | null;
  for (const method of BROADCAST_METHODS)
    if (typeof broadcast?.[method] !== 'function')
      throw new TypeError(`createBroadcast() must return an object with ${BROADCAST_METHODS.join(', ')}`);
  const whole = broadcast as Broadcast;
  return {
    broadcast: whole,
    frames: frames as readonly Uint8Array[],
    publish: async (messages: readonly Message[]) => {
      const faults: unknown[] = [];
      // Not awaited: a publish that waits for slow readers gives a promise that may never be kept.
      for (const message of messages)
        Promise.resolve(whole.publish(message)).catch((error: unknown) => faults.push(error));
      await settled();
      if (faults.length > 0) throw faults[0];
    },
    state: () => ({ ...statsOf(whole.stats()), encoded: frames.length }),
  };
}

function statsOf(value: unknown): Pick<BroadcastState, 'connections' | 'waiting'> {
  const { connections, waiting } = (value ?? {}) as { connections?: unknown; waiting?: unknown };
  if (typeof connections !== 'number' || typeof waiting !== 'number')
    throw new TypeError('stats() must return an object with the numbers connections and waiting');
  return { connections, waiting };
}

/** What a piece has put off to the end of this turn of the event loop has happened then. */
async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen({ host: '127.0.0.1', port: 0 }, () => resolve());
  });
}
