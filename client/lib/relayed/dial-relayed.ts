/**
 * Connects from a page, which has no sockets of its own: the workbench relays the bytes. The channel runs here, so that a
 * shared key stays in the page. TLS does not: it ends in the workbench.
 */
import { pureCiphers } from '#channel/ciphers-pure';
import { wireByName } from '#protocol/wires';
import { channelMakers, stackFor } from '#wires/channel-makers';
import { protectionText } from '#wires/protection-text';
import { checkKeys } from '../connect/check-keys.ts';
import { type Dial, openWire } from '../connect/dialling.ts';
import { type OpenCarrier, RelayedStream } from './relayed-stream.ts';

export interface RelayedGround {
  /** Opens a WebSocket to `/ws/wire` of the workbench. */
  readonly open: OpenCarrier;
  /** The token that the workbench asks for beyond loopback. */
  readonly token: () => string | undefined;
  readonly random: (length: number) => Uint8Array;
}

export function relayedDial({ open, token, random }: RelayedGround): Dial {
  const makers = channelMakers({ ciphers: pureCiphers, random });
  return async (options) => {
    const { wire, host, port, keys = [], keyLog, suite } = options;
    const address = { wire, host, port };
    checkKeys(options, address);
    const suites = suite && [suite];
    const channel = stackFor(wireByName(wire), { side: 'client', keys, keyLog, suites }, makers);
    const socket = new RelayedStream(open, address, token());
    return openWire(options, {
      socket,
      channel,
      connected: () => socket.connected,
      protection: (detail) => protectionText(socket.tls, detail),
    });
  };
}
