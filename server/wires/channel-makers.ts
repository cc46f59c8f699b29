/** How the channels of a wire are made, wherever that is: in Node, or in a page. */
import type { Channel, Ciphers, KeyLogSink, Side } from '#channel/contract';
import { PskChannel } from '#channel/psk/channel';
import type { SharedKey } from '#channel/psk/keys';
import type { Suite } from '#channel/psk/suites';
import { stackOf } from '#channel/stack';
import { type ChannelLayer, type Wire, channelsOf } from '#protocol/wires';

export interface ChannelNeeds {
  readonly side: Side;
  readonly keys: readonly SharedKey[];
  readonly keyLog?: KeyLogSink | undefined;
  /** Suites of the psk layers, instead of those that a side uses by itself: see `HandshakeOptions`. */
  readonly suites?: readonly Suite[] | undefined;
}

export type ChannelMakers = { readonly [L in ChannelLayer]: (needs: ChannelNeeds) => Channel };

/** What the place where a channel runs gives it. */
export interface ChannelGround {
  readonly ciphers: Ciphers;
  readonly random: (length: number) => Uint8Array;
}

export function channelMakers(ground: ChannelGround): ChannelMakers {
  return {
    psk: ({ side, keys, keyLog, suites }) =>
      new PskChannel({ side, keys, suites, ...ground, ...(keyLog && { keyLog }) }),
  };
}

/** The channels of a wire as one, for one connection. */
export function stackFor(wire: Wire, needs: ChannelNeeds, makers: ChannelMakers): Channel {
  return stackOf(channelsOf(wire).map((layer) => makers[layer](needs)));
}
