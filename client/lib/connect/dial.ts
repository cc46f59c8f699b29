/** From an address to an open connection: TCP, then TLS if the wire uses it, then the channel's handshake. */
import { type LookupFunction, type Socket, connect as connectTcp, isIP } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { Channel, KeyLogSink } from '#channel/contract';
import type { SharedKey } from '#channel/psk/keys';
import { type Suite, suiteTitle } from '#channel/psk/suites';
import { protectionOf } from '#wires/protection';
import { channelFor } from '#wires/channels';
import { TLS_POLICY } from '#wires/tls-policy';
import { needsKeys, transportOf, wireByName } from '#protocol/wires';
import type { WireName } from '#protocol/messages';
import { ChatError, type WireAddress, asChatError } from '../errors.ts';
import { checkIdentity, hostFlaw } from './identity.ts';
import { isLoopbackHost } from '#protocol/addresses';
import { WireSocket } from './wire-socket.ts';

export interface DialOptions {
  readonly wire: WireName;
  readonly host: string;
  readonly port: number;
  /** Certificates in PEM: the only authorities trusted on the tls wires. The system's are not used. */
  readonly ca?: string | undefined;
  /** Shared keys of the psk wires; the first is used. */
  readonly keys?: readonly SharedKey[] | undefined;
  /** The only suite to offer on the psk wires, instead of the default. Weak ones only where `host` is loopback. */
  readonly suite?: Suite | undefined;
  /** The name in the certificate, if it is not `host`. */
  readonly servername?: string | undefined;
  /** Replaces the resolver of host names. */
  readonly lookup?: LookupFunction | undefined;
  /** The address of this machine to connect from, if it has several. */
  readonly localAddress?: string | undefined;
  /** Gets the secrets of this connection. */
  readonly keyLog?: KeyLogSink | undefined;
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

export const DIAL_TIMEOUT_MS = 10_000;

/**
 * Connects. Resolves when the channel is open, so that the first plain byte can be sent and received. Rejects with
 * `ChatError`, with nothing left open.
 */
export async function dial(options: DialOptions): Promise<Dialled> {
  const { wire, host, port, timeout = DIAL_TIMEOUT_MS, signal } = options;
  const address = { wire, host, port };
  const channel = channelOf(options, address);
  const socket = openSocket(options, address);
  const limit = AbortSignal.timeout(timeout);
  const stop = AbortSignal.any(signal ? [signal, limit] : [limit]);
  const onStop = (): void => void socket.destroy(stopError(limit, address));
  if (stop.aborted) onStop();
  else stop.addEventListener('abort', onStop, { once: true });
  try {
    await connected(socket, transportOf(wireByName(wire)) === 'tls' ? 'secureConnect' : 'connect', address);
    const opened = new WireSocket(socket, channel, address);
    const detail = await opened.open();
    return { socket: opened, protection: protectionOf(socket, detail) };
  } catch (error) {
    socket.destroy();
    const failure = stop.aborted ? stopError(limit, address) : asChatError(error, address);
    const hint = options.hints?.[failure.code];
    if (hint !== undefined) failure.message += ` ${hint}`;
    throw failure;
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}

function channelOf({ wire, keys = [], keyLog, suite }: DialOptions, address: WireAddress): Channel {
  if (needsKeys(wire, 'shared') && keys.length === 0) throw new ChatError('no_key', { address });
  if (suite?.weak !== undefined && !isLoopbackHost(address.host))
    throw new ChatError('weak_suite', { address, detail: suiteTitle(suite) });
  return channelFor(wireByName(wire), { side: 'client', keys, keyLog, suites: suite && [suite] });
}

function openSocket(options: DialOptions, address: WireAddress): Socket {
  const { wire, host, port, lookup, localAddress, keyLog } = options;
  const from = localAddress === undefined ? {} : { localAddress };
  const tcp = { host, port, noDelay: true, ...from, ...(lookup && { lookup }) };
  if (transportOf(wireByName(wire)) === undefined) return connectTcp(tcp);
  const socket = connectTls({ ...tcp, ...tlsOptions(options, address) });
  if (keyLog) socket.on('keylog', (line) => keyLog(line.toString('latin1').trimEnd()));
  return socket;
}

function tlsOptions({ host, servername = host, ca }: DialOptions, address: WireAddress): ConnectionOptions {
  const flaw = hostFlaw(servername);
  if (flaw !== undefined) throw new ChatError('bad_host', { address, detail: flaw });
  if (ca === undefined) throw new ChatError('no_ca', { address });
  if (!ca.includes('-----BEGIN CERTIFICATE-----')) throw new ChatError('bad_ca', { address });
  return {
    ...TLS_POLICY,
    ca,
    // An address is never sent as a server name (RFC 6066 §3).
    ...(isIP(servername) === 0 && { servername }),
    rejectUnauthorized: true,
    checkServerIdentity: (_, certificate) => checkIdentity(servername, certificate),
  };
}

function connected(socket: Socket, event: 'connect' | 'secureConnect', address: WireAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new ChatError('connection_lost', { address })));
  });
}

function stopError(limit: AbortSignal, address: WireAddress): ChatError {
  return new ChatError(limit.aborted ? 'timeout' : 'aborted', { address });
}
