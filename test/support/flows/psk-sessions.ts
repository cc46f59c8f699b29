/** Open psk channels of any suite, and what Mallory, in the path, sees of them. */
import { pureCiphers } from '#channel/ciphers-pure';
import { PskChannel } from '#channel/psk/channel';
import type { Suite } from '#channel/psk/suites';
import { concat, showUtf8 } from '#protocol/bytes';
import { RemoteProtocolError } from '#protocol/errors';
import { KEY, drain } from './psk-channel.ts';

export interface Session {
  readonly client: PskChannel;
  readonly server: PskChannel;
}

/** Two sides that are open. Sessions with different numbers have different nonces, and the same shared key. */
export function session(suite: Suite, number = 1, options: { recordsPerKey?: number } = {}): Session {
  let draws = 0;
  const side = (name: 'client' | 'server') =>
    new PskChannel({
      ...options,
      side: name,
      keys: [KEY],
      suites: [suite],
      ciphers: pureCiphers,
      random: (count) => Uint8Array.from({ length: count }, (_, i) => 31 * number + 7 * ++draws + i),
    });
  const [client, server] = [side('client'), side('server')];
  const first = client.start();
  for (const event of first) if (event.kind === 'write') server.push(event.bytes);
  client.push(writes(server));
  server.push(writes(client));
  drain(server);
  return { client, server };
}

/** What a channel writes by itself: answers that Mallory sees on the wire. */
export function writes(channel: PskChannel): Uint8Array {
  return concat(drain(channel).flatMap((event) => (event.kind === 'write' ? [event.bytes.slice()] : [])));
}

/** What came of `bytes`: `ok` and the text they held, or the error's code. Other errors are not caught. */
export function outcome(channel: PskChannel, bytes: Uint8Array): string {
  try {
    channel.push(bytes);
    const plain = drain(channel).flatMap((event) => (event.kind === 'plain' ? [event.bytes] : []));
    return `ok ${showUtf8(concat(plain))}`;
  } catch (error) {
    if (error instanceof RemoteProtocolError) return error.code;
    throw error;
  }
}

/** One record with data, as it crosses the wire. */
export function sealed(channel: PskChannel, text: Uint8Array): Uint8Array {
  return concat(channel.send(text));
}

export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const out = bytes.slice();
  out[bit >> 3] = (out[bit >> 3] as number) ^ (0x80 >> (bit & 7));
  return out;
}
