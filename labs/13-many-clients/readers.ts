/** Real clients of a learner's broadcast: some read, and some do not. */
import type { Bench } from '#judge/check';
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { fail, must, mustEqual } from '#judge/failure';
import type { PieceObject } from '#judge/piece';
import { fromUtf8 } from '#protocol/bytes';
import { FrameDecoder } from '#protocol/frame';
import type { Random } from '#judge/random';
import { counted } from '#protocol/shown';
import type { BroadcastState, Message, ServedState } from '../runner/broadcast-stand.ts';

/** Bytes of text in a message of these checks: the frame is near the cap of a frame. */
export const LARGE = 60_000;
/** More than any system takes for one connection unless somebody has told it to. */
export const MOST_MESSAGES = 4_000;
const LIMIT = 10 * LARGE;
/** Bytes that may wait in a socket of Node: as much as it takes before it is full, or a whole queue in one write. */
const IN_SOCKET = LIMIT + 2 * LARGE;

export class Reader {
  readonly port: number;
  readonly #socket: Socket;
  readonly #decoder = new FrameDecoder();
  /** The number that the next message must have. */
  #next = 0;
  #bytes = 0;
  #isGone = false;
  #wake = (): void => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.localPort ?? 0;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isGone = true;
      this.#wake();
    });
  }

  static async dial(port: number): Promise<Reader> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    return new Reader(socket);
  }

  /** Without this, it reads nothing. */
  read(): void {
    this.#socket.on('data', (bytes) => {
      this.#bytes += bytes.length;
      this.#decoder.push(bytes);
      this.#wake();
    });
  }

  /** Waits until so many bytes have come. They have been sent, so they come. */
  async mustGet(bytes: number): Promise<void> {
    while (this.#bytes < bytes && !this.#isGone)
      await new Promise<void>((resolve) => (this.#wake = () => resolve()));
    must(!this.#isGone, 'a connection of a client that reads was closed');
  }

  /** Throws unless the frames that have come are the messages from the first on, each once, in order. */
  mustBeInOrder(): void {
    for (let number = this.#numberOfNext(); number !== undefined; number = this.#numberOfNext())
      mustEqual(number, this.#next++, 'the number of a message that a client got');
  }

  /** Throws when what has come is no message in a frame. */
  #numberOfNext(): unknown {
    try {
      const payload = this.#decoder.next();
      return payload && (JSON.parse(fromUtf8(payload) ?? '') as Message).number;
    } catch (error) {
      const got = error instanceof Error ? error.message : String(error);
      return fail({
        what: 'what a client got is not a message in a frame',
        expected: 'the bytes of encode',
        got,
      });
    }
  }

  get messages(): number {
    return this.#next;
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** A large message. Random words take long to make, so a short one is repeated. */
export function largeMessage(random: Random, number: number): Message {
  return { number, text: random.word(LARGE / 100).repeat(100) };
}

export interface Scene {
  readonly stand: PieceObject;
  readonly readers: readonly Reader[];
  readonly slow: Reader;
}

/** Publishes one more message, and returns when everyone who reads has it. The slow one may read or not. */
export async function publishTo({ stand, readers }: Scene, message: Message): Promise<void> {
  await stand.call('publish', [message]);
  for (;;) {
    const connections = (await stand.call('connections')) as ServedState[];
    const { encoded } = (await stand.call('state')) as BroadcastState;
    mustEqual(encoded, message.number + 1, 'how often a message was encoded');
    const states = readers.map((reader) => stateOf(connections, reader));
    await Promise.all(readers.map((reader, i) => reader.mustGet(states[i]?.given ?? 0)));
    for (const reader of readers) reader.mustBeInOrder();
    if (readers.every(({ messages }) => messages > message.number)) return;
    // What was given has been read, so the socket has room again as soon as it notices.
    const idle = states.find(({ isFull }, i) => !isFull && (readers[i]?.messages ?? 0) <= message.number);
    if (idle) await mustBeGivenMore(stand, idle);
  }
}

/** A socket that has room, and was not given everything, may just have said so. Looks once more. */
async function mustBeGivenMore(stand: PieceObject, { port, given }: ServedState): Promise<void> {
  await stand.call('publish', []);
  const now = stateOf((await stand.call('connections')) as ServedState[], { port });
  if (now.given > given) return;
  fail({
    what: 'a client that reads does not get a message, although its socket has room',
    expected: 'write to each socket that is not full at once, and to each that was full when it drains',
    got: `${counted(given, 'byte')} were written to it so far`,
  });
}

export function stateOf(
  connections: readonly ServedState[],
  { port }: { readonly port: number },
): ServedState {
  const state = connections.find((each) => each.port === port);
  if (!state) throw new Error('a connection has not come');
  return state;
}

export function withReaders(
  run: (scene: Scene, random: Random) => Promise<void>,
): (bench: Bench) => Promise<void> {
  return async ({ tools, random }) => {
    const stand = (await tools.call('serveBroadcast', LIMIT)) as PieceObject;
    const all: Reader[] = [];
    try {
      const port = (await stand.call('port')) as number;
      for (let i = 0; i < 3; i++) all.push(await Reader.dial(port));
      while (((await stand.call('connections')) as ServedState[]).length < all.length);
      const [slow, ...readers] = all as [Reader, ...Reader[]];
      for (const reader of readers) reader.read();
      await run({ stand, readers, slow }, random);
    } finally {
      for (const reader of all) reader.destroy();
      await stand.call('close');
    }
  };
}

/** The connection of the one that does not read. Throws when more waits for it than may. */
export async function slowOf({ stand, slow }: Scene): Promise<ServedState> {
  const state = stateOf((await stand.call('connections')) as ServedState[], slow);
  const { waiting } = (await stand.call('state')) as BroadcastState;
  must(waiting <= LIMIT, {
    what: 'more waits for a slow client than may',
    expected: `at most ${LIMIT} bytes`,
    got: `${waiting} bytes`,
  });
  must(state.buffered <= IN_SOCKET, {
    what: 'a socket that had said that it was full was written to before it drained',
    expected: 'nothing between a write that returned false and drain',
    got: `${state.buffered} bytes wait inside of the socket`,
  });
  return state;
}
