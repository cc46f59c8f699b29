/** The channels of a wire, with what they need from Node, for both sides. */
import { randomBytes } from 'node:crypto';
import type { Channel } from '#channel/contract';
import type { Wire } from '#protocol/wires';
import { type ChannelMakers, type ChannelNeeds, channelMakers, stackFor } from './channel-makers.ts';
import { nativeCiphers } from './ciphers-native.ts';

const CHANNELS = channelMakers({ ciphers: nativeCiphers, random: randomBytes });

/** The channels of a wire as one, for one connection. `instead`: others that take the place of ours. */
export function channelFor(wire: Wire, needs: ChannelNeeds, instead: Partial<ChannelMakers> = {}): Channel {
  return stackFor(wire, needs, { ...CHANNELS, ...instead });
}
