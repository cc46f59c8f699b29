/** What the layers of a wire need from Node, for both sides: the channels, and the settings of TLS. */
import { constants, randomBytes } from 'node:crypto';
import type { Channel, KeyLogSink, Side } from '#channel/contract';
import { PlaintextChannel } from '#channel/plaintext';
import { PskChannel } from '#channel/psk/channel';
import type { SharedKey } from '#channel/psk/keys';
import { ChannelStack } from '#channel/stack';
import { type ChannelLayer, type Wire, channelsOf } from '#protocol/wires';
import { nativeCiphers } from './ciphers-native.ts';

export interface ChannelNeeds {
  readonly side: Side;
  readonly keys: readonly SharedKey[];
  readonly keyLog?: KeyLogSink | undefined;
}

const CHANNELS: { readonly [L in ChannelLayer]: (needs: ChannelNeeds) => Channel } = {
  psk: ({ side, keys, keyLog }) =>
    new PskChannel({ side, keys, ciphers: nativeCiphers, random: randomBytes, ...(keyLog && { keyLog }) }),
};

/** The channels of a wire as one, for one connection. */
export function channelFor(wire: Wire, needs: ChannelNeeds): Channel {
  const channels = channelsOf(wire).map((layer) => CHANNELS[layer](needs));
  const innermost = channels.pop() ?? new PlaintextChannel();
  return channels.reduceRight<Channel>((inner, outer) => new ChannelStack(outer, inner), innermost);
}

/** Also refuses certificates with less than 112 bits of strength. */
const SECURITY_LEVEL = '@SECLEVEL=2';

/**
 * TLS settings that both sides share: 1.3 and 1.2, and only cipher suites with forward secrecy and AEAD. No renegotiation:
 * 1.3 has none, and on 1.2 a small record could make the server compute a whole handshake.
 */
export const TLS_POLICY = {
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    SECURITY_LEVEL,
  ].join(':'),
} as const;
