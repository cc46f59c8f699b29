/** Clients that judge a server's certificate in another way than ours: not at all, or by a pin. */
import { once } from 'node:events';
import { type TLSSocket, connect } from 'node:tls';
import { type Dial, openWire } from '#client/connect/dialling';
import { wireByName } from '#protocol/wires';
import { channelFor } from '#wires/channels';
import { protectionOf } from '#wires/protection';
import { TLS_POLICY } from '#wires/tls-policy';

/** Throws for a server that it does not want to talk to. */
export type Judge = (socket: TLSSocket) => void;

/** Dials as our client does, but leaves the judgement of the certificate to `judge` alone. */
export function dialWith(judge: Judge): Dial {
  return async (options) => {
    const { wire, host, port, servername, keys = [], suite, newestTls } = options;
    const channel = channelFor(wireByName(wire), { side: 'client', keys, suites: suite && [suite] });
    const socket = connect({
      ...TLS_POLICY,
      ...(newestTls && { maxVersion: newestTls }),
      ...(servername !== undefined && { servername }),
      host,
      port,
      rejectUnauthorized: false,
    });
    return openWire(options, {
      socket,
      channel,
      connected: async () => {
        await once(socket, 'secureConnect');
        judge(socket);
      },
      protection: (detail) => protectionOf(socket, detail),
    });
  };
}
