/** The channels of a wire, with what they need from Node, for both sides. */
import { randomBytes } from 'node:crypto';
import type { Channel, KeyLogSink, Side } from '#channel/contract';
import { PskChannel } from '#channel/psk/channel';
import type { SharedKey } from '#channel/psk/keys';
import type { Suite } from '#channel/psk/suites';
import { stackOf } from '#channel/stack';
import { type ChannelLayer, type Wire, channelsOf } from '#protocol/wires';
import { nativeCiphers } from './ciphers-native.ts';

export interface ChannelNeeds {
  readonly side: Side;
  readonly keys: readonly SharedKey[];
  readonly keyLog?: KeyLogSink | undefined;
  /** Suites of the psk layers, instead of those that a side uses by itself: see `HandshakeOptions`. */
  readonly suites?: readonly Suite[] | undefined;
}

type Makers = { readonly [L in ChannelLayer]: (needs: ChannelNeeds) => Channel };

const CHANNELS: Makers = {
  psk: ({ side, keys, keyLog, suites }) =>
    new PskChannel({
      side,
      keys,
      suites,
      ciphers: nativeCiphers,
      random: randomBytes,
      ...(keyLog && { keyLog }),
    }),
};

/** The channels of a wire as one, for one connection. `instead`: others that take the place of ours. */
export function channelFor(wire: Wire, needs: ChannelNeeds, instead: Partial<Makers> = {}): Channel {
  return stackOf(channelsOf(wire).map((layer) => (instead[layer] ?? CHANNELS[layer])(needs)));
}
