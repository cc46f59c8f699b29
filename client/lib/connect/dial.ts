/** From an address to an open connection: TCP, then TLS if the wire uses it, then the channel's handshake. */
import { type Socket, connect as connectTcp, isIP } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { Channel } from '#channel/contract';
import { protectionOf } from '#wires/protection';
import { channelFor } from '#wires/channels';
import { TLS_POLICY } from '#wires/tls-policy';
import { type WireName, transportOf, wireByName } from '#protocol/wires';
import { ChatError, type WireAddress } from '../errors.ts';
import { checkKeys } from './check-keys.ts';
import { type Dial, type DialOptions, type Dialled, openWire } from './dialling.ts';
import { checkIdentity, hostFlaw } from './identity.ts';

export type { DialOptions, Dialled };

/** Connects from a program of Node, over a socket of its own. */
export const dial: Dial = async (options) => {
  const { wire, host, port } = options;
  const channel = channelOf(options, { wire, host, port });
  const { socket, connected } = openTransport(options);
  return openWire(options, {
    socket,
    channel,
    connected,
    protection: (detail) => protectionOf(socket, detail),
  });
};

export interface Transport {
  readonly socket: Socket;
  /** Resolves when bytes for the channel can be written and read. Rejects with the error of the socket. */
  readonly connected: () => Promise<void>;
}

/** Begins to connect, below the channel: TCP, and TLS if the wire uses it. Throws `ChatError` bad_host, no_ca, bad_ca. */
export function openTransport(options: DialOptions): Transport {
  const { wire, host, port } = options;
  const address = { wire, host, port };
  const socket = openSocket(options, address);
  if (options.onLocalEnd) tellLocalEnd(socket, wire, options.onLocalEnd);
  const event = transportOf(wireByName(wire)) === 'tls' ? 'secureConnect' : 'connect';
  return { socket, connected: () => connected(socket, event, address) };
}

/**
 * A numeric address is dialled in a tick that `connect` queues: by the next tick the kernel has chosen the port, and nobody
 * can have accepted yet. A name is looked up first, and then the port is known with the connection.
 */
function tellLocalEnd(
  socket: Socket,
  wire: WireName,
  onLocalEnd: NonNullable<DialOptions['onLocalEnd']>,
): void {
  let isTold = false;
  const tell = (): void => {
    const { localAddress: address, localPort: port } = socket;
    if (isTold || socket.destroyed || address === undefined || port === undefined) return;
    isTold = true;
    socket.once('close', onLocalEnd({ wire, address, port }));
  };
  process.nextTick(tell);
  socket.once('connect', tell);
}

function channelOf(options: DialOptions, address: WireAddress): Channel {
  checkKeys(options, address);
  const { wire, keys = [], keyLog, suite } = options;
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

function tlsOptions(
  { host, servername = host, ca, newestTls }: DialOptions,
  address: WireAddress,
): ConnectionOptions {
  const flaw = hostFlaw(servername);
  if (flaw !== undefined) throw new ChatError('bad_host', { address, detail: flaw });
  if (ca === undefined) throw new ChatError('no_ca', { address });
  if (!ca.includes('-----BEGIN CERTIFICATE-----')) throw new ChatError('bad_ca', { address });
  return {
    ...TLS_POLICY,
    ...(newestTls && { maxVersion: newestTls }),
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
