/** The keys of ana's connection, from the shared key that the world knows: the truth that Mallory's finds are compared with. */
import { NONCE_LENGTH, RECORD_HEADER_LENGTH, RECORD_TYPE } from '#channel/psk/records';
import { type SessionKeys, deriveSessionKeys, extractSecret, transcriptOf } from '#channel/psk/schedule';
import { DEFAULT_SUITE } from '#channel/psk/suites';
import type { World } from './world.ts';

/** The nonce stands after the header and the version in both hellos. */
const NONCE_AT = RECORD_HEADER_LENGTH + 1;

/** Throws when no handshake of psk has crossed in the clear. */
export function trueKeys({ mallory, psk, target }: World): SessionKeys {
  const hellos = [RECORD_TYPE.clientHello, RECORD_TYPE.serverHello].map((type) => {
    const found = mallory.heard.find(({ bytes }) => bytes[0] === type);
    if (!found) throw new Error('no handshake has been heard');
    return found.bytes;
  }) as [Uint8Array, Uint8Array];
  const [client, server] = hellos.map((bytes) => bytes.subarray(NONCE_AT, NONCE_AT + NONCE_LENGTH));
  const suite = target.suite ?? DEFAULT_SUITE;
  const prk = extractSecret(suite, psk.key, client as Uint8Array, server as Uint8Array);
  return deriveSessionKeys(prk, transcriptOf(...hellos), suite);
}
