/** What every dialler takes and gives, and what it does around the socket that it opens. */
import type { Channel, KeyLogSink } from '#channel/contract';
import type { SharedKey } from '#channel/psk/keys';
import type { Suite } from '#channel/psk/suites';
import type { WireName } from '#protocol/messages';
import type { ByteStream } from '#wires/byte-stream';
import { ChatError, type WireAddress, asChatError } from '../errors.ts';
import { WireSocket } from './wire-socket.ts';

type Found = string | { address: string; family: number }[];

/** Finds the addresses of a host name, in the way of Node. */
export type Lookup = (
  host: string,
  options: object,
  done: (error: Error | null, found: Found, family?: number) => void,
) => void;

/**
 * Where a connection begins: an address and a port of this machine. The system may give the same to connections with different
 * servers at the same time, so the wire belongs to it.
 */
export interface LocalEnd {
  readonly wire: WireName;
  readonly address: string;
  readonly port: number;
}

export interface DialOptions {
  readonly wire: WireName;
  readonly host: string;
  readonly port: number;
  /** Certificates in PEM: the only authorities trusted on the tls wires. The system's are not used. */
  readonly ca?: string | undefined;
  /** Shared keys of the psk wires; the first is used. */
  readonly keys?: readonly SharedKey[] | undefined;
  /** The only suite to offer on the psk wires, instead of the default. Weak ones only where `host` is loopback … */
  readonly suite?: Suite | undefined;
  /** … unless this is said as well. */
  readonly weakSuitesOnLan?: boolean | undefined;
  /** The name in the certificate, if it is not `host`. */
  readonly servername?: string | undefined;
  /** The newest version to offer on the tls wires, instead of TLS 1.3. */
  readonly newestTls?: 'TLSv1.2' | undefined;
  /** Replaces the resolver of host names. */
  readonly lookup?: Lookup | undefined;
  /** The address of this machine to connect from, if it has several. */
  readonly localAddress?: string | undefined;
  /** Gets the secrets of this connection. */
  readonly keyLog?: KeyLogSink | undefined;
  /**
   * Told this end of the connection, before the server can have accepted it. Returns a function that is called once the
   * connection is closed.
   */
  readonly onLocalEnd?: ((end: LocalEnd) => () => void) | undefined;
  /** Milliseconds until the socket must be open. */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Advice by error code, added to the message of the error. */
  readonly hints?: Readonly<Partial<Record<string, string>>> | undefined;
}

export interface Dialled {
  readonly socket: WireSocket;
  /** The protection in words: `TLSv1.3, TLS_AES_256_GCM_SHA384`, `psk, aes-256-gcm`, `no protection`. */
  readonly protection: string;
}

/**
 * Connects. Resolves when the channel is open, so that the first plain byte can be sent and received. Rejects with
 * `ChatError`, with nothing left open.
 */
export type Dial = (options: DialOptions) => Promise<Dialled>;

export const DIAL_TIMEOUT_MS = 10_000;

export interface Opening {
  readonly socket: ByteStream;
  readonly channel: Channel;
  /** Resolves when the socket is connected, and its transport, too. */
  readonly connected: () => Promise<void>;
  /** The protection in words; `detail` is what the channel says of itself. */
  readonly protection: (detail: string) => string;
}

/** Waits for the socket and does the channel's handshake, within the time limit and until the signal fires. */
export async function openWire(
  options: DialOptions,
  { socket, channel, connected, protection }: Opening,
): Promise<Dialled> {
  const { wire, host, port, timeout = DIAL_TIMEOUT_MS, signal, hints } = options;
  const address = { wire, host, port };
  const limit = AbortSignal.timeout(timeout);
  const stop = AbortSignal.any(signal ? [signal, limit] : [limit]);
  const onStop = (): void => void socket.destroy(stopError(limit, address));
  if (stop.aborted) onStop();
  else stop.addEventListener('abort', onStop, { once: true });
  try {
    await connected();
    const opened = new WireSocket(socket, channel, address);
    const detail = await opened.open();
    return { socket: opened, protection: protection(detail) };
  } catch (error) {
    socket.destroy();
    const failure = stop.aborted ? stopError(limit, address) : asChatError(error, address);
    const hint = hints?.[failure.code];
    if (hint !== undefined) failure.message += ` ${hint}`;
    throw failure;
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}

function stopError(limit: AbortSignal, address: WireAddress): ChatError {
  return new ChatError(limit.aborted ? 'timeout' : 'aborted', { address });
}
