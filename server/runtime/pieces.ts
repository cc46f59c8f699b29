/** Parts of the server that something else can stand in for: in the labs, what a learner has written. */
import type { Server, Socket } from 'node:net';
import type { Channel } from '#channel/contract';
import type { ChannelLayer, Transport } from '#protocol/wires';
import type { ChannelNeeds } from '#wires/channel-makers';
import type { Host, PayloadDecoder } from './sockets/connection.ts';

/** A private key and the certificate for it: PEM texts. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

export interface Pieces {
  /** A decoder for one connection. */
  readonly decoder?: () => PayloadDecoder;
  /** The server's end of a channel, for one connection. */
  readonly channel?: { readonly [L in ChannelLayer]?: (needs: ChannelNeeds) => Channel };
  /** A listener of a transport, which does not listen yet. It accepts each peer whose handshake is done. */
  readonly transport?: {
    readonly [T in Transport]?: (identity: Identity, accept: (socket: Socket) => void) => Server;
  };
  /** Takes what the connections say, in place of our chat. */
  readonly host?: () => Host;
}
