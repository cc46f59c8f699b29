/** One connection through the tap: two sockets, and the recording of what they carry. */
import type { Socket } from 'node:net';
import type { Direction, Endpoint } from '#dissect/model';
import type { WireName } from '#protocol/messages';
import type { Recorder } from './recorder.ts';

/**
 * Milliseconds that a client has for the last bytes once the server has finished or is gone, counted from the last byte
 * that moved. Then both sockets are closed: a client that neither reads nor closes would keep them forever.
 */
export const LINGER_MS = 2_000;
/** Milliseconds after which they are closed even if bytes still move: one byte a second would take forever, too. */
export const LINGER_AT_MOST_MS = 15_000;

export interface TappedOptions {
  readonly wire: WireName;
  readonly recorder: Recorder;
  /** Called when both sockets are closed. */
  readonly onClose: () => void;
  /** Replaces `LINGER_MS`. */
  readonly linger?: number;
}

export interface TappedConnection {
  readonly origin: Endpoint;
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
  const flow = recorder.nextFlow();
  recorder.record({ kind: 'flow', flow, wire, time: recorder.now(), client: origin, server: met });
  let broken = false;
  const onReset = (dir: Direction): void => {
    if (broken) return;
    broken = true;
    recorder.record({ kind: 'end', flow, dir, time: recorder.now(), how: 'reset' });
    cut(client);
    cut(upstream);
  };
  let lingering: NodeJS.Timeout | undefined;
  const serverGone = (): void => {
    if (lingering) return;
    const over = (): void => onReset('s2c');
    lingering = setTimeout(over, LINGER_AT_MOST_MS);
    // The timer restarts whenever the system takes some of the bytes that wait for the client.
    client.setTimeout(linger, over);
  };
  forward(client, upstream, { flow, dir: 'c2s', recorder, onReset });
  forward(upstream, client, { flow, dir: 's2c', recorder, onReset });
  upstream.once('end', serverGone);
  closeOfBoth(client, upstream, () => {
    clearTimeout(lingering);
    options.onClose();
  });
  // Nothing is read from the client before there is somewhere to put it.
  upstream.once('connect', () => client.resume());
  return { origin, reset: () => onReset('s2c'), serverGone };
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

interface Way {
  readonly flow: number;
  readonly dir: Direction;
  readonly recorder: Recorder;
  readonly onReset: (dir: Direction) => void;
}

// #region forward
function forward(from: Socket, to: Socket, { flow, dir, recorder, onReset }: Way): void {
  from.on('data', (bytes: Buffer) => {
    recorder.record({ kind: 'chunk', flow, dir, time: recorder.now(), bytes });
    if (!to.write(bytes)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => {
    recorder.record({ kind: 'end', flow, dir, time: recorder.now(), how: 'fin' });
    to.end();
  });
  from.on('error', () => onReset(dir));
}
// #endregion forward

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
