/** Makes key schedules from messages and key logs, and tells what is in them. */
import { fromHex } from '#protocol/bytes';
import type { Direction } from '#dissect/model';
import { HandshakeStream } from '#dissect/tls/handshake';
import { tlsSuite } from '#dissect/tls/suites';
import { Transcript } from '#dissect/tls/transcript';
import type { Derivation } from '#dissect/key-schedule/derivation';
import type { TlsFacts } from '#dissect/key-schedule/tls-facts';

export type Said = readonly [dir: Direction, hex: string];

const CLIENT_RANDOM = Uint8Array.from({ length: 32 }, (_, i) => i);
const SERVER_RANDOM = Uint8Array.from({ length: 32 }, (_, i) => 0x70 + i);

/** What a connection of this suite with these handshake messages and this key log settles. */
export function facts(suite: number, said: readonly Said[], log: Record<string, string>): TlsFacts {
  const transcript = new Transcript();
  const streams = { c2s: new HandshakeStream(), s2c: new HandshakeStream() };
  for (const [dir, hex] of said) {
    streams[dir].push(fromHex(hex));
    for (let message = streams[dir].next(); message; message = streams[dir].next()) {
      transcript.add(dir, message.facts);
    }
  }
  const secrets = {
    find: (label: string) => (log[label] === undefined ? undefined : fromHex(log[label])),
    sharedKeys: () => [],
  };
  return {
    client: { random: CLIENT_RANDOM, earlyData: false },
    server: { random: SERVER_RANDOM, suite: tlsSuite(suite), extendedMasterSecret: false, extensions: {} },
    transcript,
    masters: [],
    secrets,
  };
}

export const outputs = (list: readonly Derivation[]): Record<string, string> =>
  Object.fromEntries(list.map(({ id, output }) => [id, output]));
export const checks = (list: readonly Derivation[]): Record<string, boolean> =>
  Object.fromEntries(list.flatMap(({ id, check }) => (check ? [[id, check.fits]] : [])));
