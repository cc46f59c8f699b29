/** Two sides of a psk channel with fixed nonces, and the bytes that cross between them. */
import { pureCiphers } from '#channel/ciphers-pure';
import type { ChannelEvent, Side } from '#channel/contract';
import { PskChannel, type PskOptions } from '#channel/psk/channel';
import type { SharedKey } from '#channel/psk/keys';
import { fromHex, toHex } from '#protocol/bytes';

/*
 * A conversation with fixed key and nonces. The bytes were computed by test/interop/psk_open.py, an implementation in
 * another language, from the written specification; not by the code under test.
 */
export const KEY: SharedKey = {
  id: 'demo',
  key: fromHex('404142434445464748494a4b4c4d4e4f 505152535455565758595a5b5c5d5e5f'),
};
export const CLIENT_NONCE = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf b0b1b2b3b4b5b6b7b8b9babbbcbdbebf';
const SERVER_NONCE = 'c0c1c2c3c4c5c6c7c8c9cacbcccdcecf d0d1d2d3d4d5d6d7d8d9dadbdcdddedf';

//                    type length sequence         version, nonce, suites, key id
export const CLIENT_HELLO = `01 000028 0000000000000000 01 ${CLIENT_NONCE} 01 01 04 64656d6f`;
//                    type length sequence         version, nonce, suite, confirmation
export const SERVER_HELLO = `02 000042 0000000000000000 01 ${SERVER_NONCE} 01
  7e6822c1dc1f13b56aaf886e6efcd6fec1e5439bc1525dd54ec5b60ad1c121a5`;
export const CLIENT_FINISHED = `03 000020 0000000000000000
  f4fa25096470456428a199dafcb2e2b5191c480832f64710d90219b0b7395ba6`;

//                     type length sequence         ciphertext, tag
export const C2S_0_HI = '17 000012 0000000000000000 e021 2910db443cec2ecd4d582d9905856234';

export function channel(side: Side, options: Partial<PskOptions> = {}): PskChannel {
  const nonce = fromHex(side === 'client' ? CLIENT_NONCE : SERVER_NONCE);
  return new PskChannel({ side, keys: [KEY], random: () => nonce, ciphers: pureCiphers, ...options });
}

export function opened(options: Partial<PskOptions> = {}): { client: PskChannel; server: PskChannel } {
  const client = channel('client', options);
  const server = channel('server', options);
  client.start();
  take(client, SERVER_HELLO);
  take(server, CLIENT_HELLO + CLIENT_FINISHED);
  return { client, server };
}

export function take(channel: PskChannel, bytes: string): string[] {
  channel.push(fromHex(bytes));
  return shown(drain(channel));
}

export function drain(channel: PskChannel): ChannelEvent[] {
  const events: ChannelEvent[] = [];
  for (let event = channel.next(); event; event = channel.next()) events.push(event);
  return events;
}

export function shown(events: readonly ChannelEvent[]): string[] {
  return events.map((event) => {
    if (event.kind === 'opened') return `opened ${event.detail}`;
    return event.kind === 'closed' ? `closed ${event.code}` : `${event.kind} ${toHex(event.bytes)}`;
  });
}

export function hex(spaced: string): string {
  return toHex(fromHex(spaced));
}

export function byte(value: number): string {
  return toHex(Uint8Array.of(value));
}
