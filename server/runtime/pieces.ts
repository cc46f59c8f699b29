/** Parts of the server that something else can stand in for: in the labs, what a learner has written. */
import type { Channel } from '#channel/contract';
import type { ChannelLayer } from '#protocol/wires';
import type { ChannelNeeds } from '#wires/channels';
import type { Host, PayloadDecoder } from './sockets/connection.ts';

export interface Pieces {
  /** A decoder for one connection. */
  readonly decoder?: () => PayloadDecoder;
  /** The server's end of a channel, for one connection. */
  readonly channel?: { readonly [L in ChannelLayer]?: (needs: ChannelNeeds) => Channel };
  /** Takes what the connections say, in place of our chat. */
  readonly host?: () => Host;
}
