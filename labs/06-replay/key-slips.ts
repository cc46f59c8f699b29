/** Slips in a key schedule. All of them give random-looking keys, so only a second try with the slip tells which it is. */
import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { LABELS } from '#channel/psk/schedule';
import { concat, equalConstantTime, utf8 } from '#protocol/bytes';

/** What `deriveKeys` is given. */
export interface Connection {
  readonly key: Uint8Array;
  readonly clientNonce: Uint8Array;
  readonly serverNonce: Uint8Array;
  readonly hellos: Uint8Array;
}

interface Inputs {
  readonly salt: Uint8Array;
  readonly key: Uint8Array;
  readonly label: string;
  readonly context: Uint8Array;
}

const BEGINNING = 'wireglass psk1 ';
const ZERO = Uint8Array.of(0);

/** Each slip as the end of a sentence, and what it changes. */
const SLIPS: Readonly<Record<string, (right: Inputs, given: Connection) => Partial<Inputs>>> = {
  'the nonces are the other way round': (_, { clientNonce, serverNonce }) => ({
    salt: concat([serverNonce, clientNonce]),
  }),
  'the salt and the shared key are swapped': ({ salt, key }) => ({ salt: key, key: salt }),
  [`the label does not begin with "${BEGINNING}"`]: ({ label }) => ({ label: label.slice(BEGINNING.length) }),
  'the byte 00 behind the label is missing': (_, { hellos }) => ({ context: sha256(hellos) }),
  'the hellos are not hashed': (_, { hellos }) => ({ context: concat([ZERO, hellos]) }),
  'the hellos are left out': () => ({ context: ZERO }),
};

/** The slip that makes `got` the c2s key of this connection, or `undefined`. */
export function slipOf(given: Connection, got: unknown): string | undefined {
  const { key, clientNonce, serverNonce, hellos } = given;
  if (!(got instanceof Uint8Array)) return undefined;
  const right = {
    salt: concat([clientNonce, serverNonce]),
    key,
    label: LABELS.c2sKey,
    context: concat([ZERO, sha256(hellos)]),
  };
  return Object.entries(SLIPS).find(([, slip]) =>
    equalConstantTime(c2sKey({ ...right, ...slip(right, given) }), got),
  )?.[0];
}

function c2sKey({ salt, key, label, context }: Inputs): Uint8Array {
  return expand(sha256, extract(sha256, key, salt), concat([utf8(label), context]), 32);
}
