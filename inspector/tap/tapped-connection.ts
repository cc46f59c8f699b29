/** One connection through the tap: two sockets, and the recording of what they carry. */
import type { Socket } from 'node:net';
import type { Direction, Endpoint } from '#dissect/model';
import type { WireName } from '#protocol/messages';
import { type Detour, type MiddleSockets, openDetour } from './detour.ts';
import type { Recorder } from './recorder.ts';

/**
 * Milliseconds that a client has for the last bytes once the server has finished or is gone, counted from the last byte
 * that moved. Then both sockets are closed: a client that neither reads nor closes would keep them forever.
 */
export const LINGER_MS = 2_000;
/** Milliseconds after which they are closed even if bytes still move: one byte a second would take forever, too. */
export const LINGER_AT_MOST_MS = 15_000;
/** Milliseconds that whoever leaves the middle has to pass on what is left there. */
const LEAVE_MS = 5_000;

export interface TappedOptions {
  readonly wire: WireName;
  readonly recorder: Recorder;
  /** Called when both sockets are closed. */
  readonly onClose: () => void;
  /** Replaces `LINGER_MS`. */
  readonly linger?: number;
}

export interface TappedConnection {
  readonly flow: number;
  readonly origin: Endpoint;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Both directions go on, and nobody stands in the middle. */
  readonly isWhole: boolean;
  /**
   * Holds both directions until somebody has come into the middle; then all bytes go through those hands. What crosses on the side of
   * the client is recorded, and nothing else. Throws when the connection is not whole.
   */
  detour(): Promise<Detour>;
  /** Closes both sockets, with a reset where that is possible. */
  reset(): void;
  /**
   * The server has closed its end of the connection. If the client does not read, nothing is read from the server either,
   * and its end would never be noticed.
   */
  serverGone(): void;
}

/**
 * Joins `client` (paused) with `upstream` (connecting) and records the flow. `undefined` when the client is already
 * gone.
 */
export function tapConnection(
  client: Socket,
  upstream: Socket,
  options: TappedOptions,
): TappedConnection | undefined {
  const { recorder, wire, linger = LINGER_MS } = options;
  const [origin, met] = [remoteOf(client), localOf(client)];
  if (!origin || !met) {
    client.destroy();
    upstream.destroy();
    return undefined;
  }
  const connection = new Connection(client, upstream, { ...options, origin, linger });
  recorder.record({
    kind: 'flow',
    flow: connection.flow,
    wire,
    time: connection.since,
    client: origin,
    server: met,
  });
  connection.join();
  return connection;
}

interface Middle extends MiddleSockets {
  /** From the middle to both ends. */
  readonly inward: readonly Way[];
}

class Connection implements TappedConnection {
  readonly flow: number;
  readonly origin: Endpoint;
  readonly since: number;
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #options: TappedOptions & { readonly linger: number };
  readonly #ended = new Set<Direction>();
  #ways: Readonly<Record<Direction, Way>> | undefined;
  /** The sockets of whoever stands in the middle. */
  #middle: Middle | undefined;
  #isTaken = false;
  #broken = false;
  #serverGone = false;
  #lingering: NodeJS.Timeout | undefined;

  constructor(
    client: Socket,
    upstream: Socket,
    { origin, ...options }: TappedOptions & { readonly origin: Endpoint; readonly linger: number },
  ) {
    this.#client = client;
    this.#upstream = upstream;
    this.#options = options;
    this.origin = origin;
    this.flow = options.recorder.nextFlow();
    this.since = options.recorder.now();
  }

  get isWhole(): boolean {
    const isOpen = ({ readableEnded, writable }: Socket): boolean => !readableEnded && writable;
    return !this.#isTaken && !this.#broken && isOpen(this.#client) && isOpen(this.#upstream);
  }

  join(): void {
    const [client, upstream] = [this.#client, this.#upstream];
    this.#ways = {
      c2s: new Way(client, upstream, this.#recorded('c2s')),
      s2c: new Way(upstream, client, this.#recorded('s2c')),
    };
    upstream.once('end', () => this.serverGone());
    closeOfBoth(client, upstream, () => {
      clearTimeout(this.#lingering);
      this.#leaveMiddle();
      this.#options.onClose();
    });
    // Nothing is read from the client before there is somewhere to put it.
    upstream.once('connect', () => client.resume());
  }

  reset(): void {
    this.#break('s2c');
  }

  serverGone(): void {
    this.#serverGone = true;
    // Whoever stands in the middle may hold the last bytes for as long as a person thinks.
    if (this.#lingering || this.#isTaken) return;
    const over = (): void => this.#break('s2c');
    this.#lingering = setTimeout(over, LINGER_AT_MOST_MS);
    // The timer restarts whenever the system takes some of the bytes that wait for the client.
    this.#client.setTimeout(this.#options.linger, over);
  }

  async detour(): Promise<Detour> {
    const ways = this.#ways;
    if (!this.isWhole || !ways) throw new Error('the connection is over, or somebody stands in it already');
    this.#isTaken = true;
    const detour = await openDetour({
      through: (middle) => this.#through(middle),
      back: () => this.#back(),
    }).catch((error: unknown) => {
      this.#isTaken = false;
      throw error;
    });
    // Only now: nobody waits for a listener that does not come.
    for (const way of [ways.c2s, ways.s2c]) way.hold();
    return detour;
  }

  #through(middle: MiddleSockets): void {
    const ways = this.#ways as Readonly<Record<Direction, Way>>;
    const inward = [
      new Way(middle.client, this.#client, this.#recorded('s2c')),
      new Way(middle.server, this.#upstream, this.#unseen),
    ];
    this.#middle = { ...middle, inward };
    if (this.#broken) return this.#leaveMiddle();
    ways.c2s.lead(middle.client, this.#recorded('c2s'));
    ways.s2c.lead(middle.server, this.#unseen);
    for (const socket of [middle.client, middle.server]) socket.resume();
  }

  async #back(): Promise<void> {
    const ways = this.#ways as Readonly<Record<Direction, Way>>;
    if (this.#middle) {
      for (const way of [ways.c2s, ways.s2c]) way.hold();
      await this.#drained(this.#middle);
    }
    this.#leaveMiddle();
    this.#isTaken = false;
    if (this.#broken) return;
    ways.c2s.lead(this.#upstream, this.#recorded('c2s'));
    ways.s2c.lead(this.#client, this.#recorded('s2c'));
    if (this.#serverGone) this.serverGone();
  }

  /** Both directions are ended towards the middle, and end behind it once nothing is left there. */
  async #drained({ client, server, inward }: Middle): Promise<void> {
    const late = setTimeout(() => this.reset(), LEAVE_MS);
    const over = Promise.all(inward.map((way) => way.last()));
    client.end();
    server.end();
    await over;
    clearTimeout(late);
  }

  #leaveMiddle(): void {
    const { client, server } = this.#middle ?? {};
    client?.destroy();
    server?.destroy();
    this.#middle = undefined;
  }

  #recorded(dir: Direction): Watch {
    const { recorder } = this.#options;
    const { flow } = this;
    return {
      bytes: (bytes) => recorder.record({ kind: 'chunk', flow, dir, time: recorder.now(), bytes }),
      ended: () => {
        if (this.#ended.has(dir)) return;
        this.#ended.add(dir);
        recorder.record({ kind: 'end', flow, dir, time: recorder.now(), how: 'fin' });
      },
      broken: () => this.#break(dir),
    };
  }

  get #unseen(): Watch {
    return { bytes: () => undefined, ended: () => undefined, broken: () => this.#break('s2c') };
  }

  #break(dir: Direction): void {
    if (this.#broken) return;
    this.#broken = true;
    const { recorder } = this.#options;
    recorder.record({ kind: 'end', flow: this.flow, dir, time: recorder.now(), how: 'reset' });
    cut(this.#client);
    cut(this.#upstream);
    this.#leaveMiddle();
  }
}

/**
 * Closes the socket at once, with a reset where that is possible and loses nothing. While a shutdown is under way, the
 * system refuses a reset (EINVAL), and Node would leave the descriptor open forever. After it, a reset would discard
 * the last bytes, which the system still has and would otherwise deliver.
 */
function cut(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

/** What is made of that which comes by. */
interface Watch {
  readonly bytes: (bytes: Buffer) => void;
  readonly ended: () => void;
  readonly broken: () => void;
}

// #region forward
/** One direction: what one socket says goes to another. */
class Way {
  readonly #from: Socket;
  #to: Socket;
  #watch: Watch;
  #isHeld = false;
  #isLast = false;
  readonly #onDrain = (): void => void (this.#isHeld || this.#from.resume());

  constructor(from: Socket, to: Socket, watch: Watch) {
    this.#from = from;
    this.#to = to;
    this.#watch = watch;
    from.on('data', (bytes: Buffer) => {
      this.#watch.bytes(bytes);
      if (!this.#to.write(bytes)) from.pause();
    });
    to.on('drain', this.#onDrain);
    from.on('end', () => {
      if (this.#isLast) return;
      this.#watch.ended();
      this.#to.end();
    });
    from.on('error', () => this.#watch.broken());
  }
  // #endregion forward

  /** Its end is not passed on. Resolves when it has come. */
  last(): Promise<void> {
    this.#isLast = true;
    const from = this.#from;
    if (from.readableEnded || from.closed) return Promise.resolve();
    return new Promise((resolve) => {
      for (const event of ['end', 'close']) from.once(event, () => resolve());
    });
  }

  /** Nothing is read until it is led on. */
  hold(): void {
    this.#isHeld = true;
    this.#from.pause();
  }

  /** What comes from now on goes to another socket. */
  lead(to: Socket, watch: Watch): void {
    this.#to.off('drain', this.#onDrain);
    this.#to = to;
    this.#watch = watch;
    this.#isHeld = false;
    to.on('drain', this.#onDrain);
    if (!this.#from.readableEnded) this.#from.resume();
    else if (!to.writableEnded) {
      watch.ended();
      to.end();
    }
  }
}

function closeOfBoth(client: Socket, upstream: Socket, onClose: () => void): void {
  const closed = () => client.closed && upstream.closed && onClose();
  client.once('close', closed);
  upstream.once('close', closed);
}

function remoteOf(socket: Socket): Endpoint | undefined {
  return endpoint(socket.remoteAddress, socket.remotePort);
}

function localOf(socket: Socket): Endpoint | undefined {
  return endpoint(socket.localAddress, socket.localPort);
}

/** A socket that listens on `::` shows IPv4 peers as `::ffff:192.0.2.1` (RFC 4291 §2.5.5.2). */
function endpoint(address: string | undefined, port: number | undefined): Endpoint | undefined {
  if (address === undefined || port === undefined) return undefined;
  return { address: address.replace(/^::ffff:(?=\d+\.)/i, ''), port };
}
