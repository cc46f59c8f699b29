/** ServerKeyExchange of TLS 1.2 (RFC 5246 §7.4.3, RFC 8422 §5.4, RFC 4279): the server's public key for this connection. */
import { showUtf8 } from '#protocol/bytes';
import { type DictionaryOf, type Entries, bytes, dictionary, number, text } from '../../fields/dictionary.ts';
import type { FieldReader } from '../../fields/field-reader.ts';
import { GROUPS, nameIn } from '../names.ts';
import { EC_CURVE_TYPES } from '../registries.ts';
import { type Message, message } from './contract.ts';
import type { ExchangedKey } from './facts.ts';
import { SIGNATURE, readSignature } from './signature.ts';

const PSK = 'RFC 4279 §2';
const CURVES = 'RFC 8422 §5.4';
const FIELDS = 'RFC 5246 §7.4.3';
const NAMED_CURVE = 3;

const ENTRIES = {
  psk_identity_hint_length: number('Bytes of the hint.', PSK),
  psk_identity_hint: text('Helps the client to choose among its pre-shared keys. In the clear.', PSK),
  curve_type: number('3: a curve by its name. Curves spelled out in numbers are no longer used.', CURVES),
  named_group: number('The curve or group of the exchange.', CURVES),
  prime_length: number('Bytes of the prime.', FIELDS),
  prime: bytes(
    'The prime modulus p. When many servers share a short one, breaking it once breaks them all (Logjam).',
    FIELDS,
  ),
  generator_length: number('Bytes of the generator.', FIELDS),
  generator: bytes('The generator g.', FIELDS),
  public_key_length: number('Bytes of the public key.', FIELDS),
  public_key: bytes(
    'The server’s one-time public key: with a fresh one each time, recordings cannot be opened later.',
    FIELDS,
  ),
  ...dictionary(FIELDS, SIGNATURE),
  parameters: bytes(
    'Parameters of a key exchange that is not known here, or whose suite was not seen.',
    FIELDS,
  ),
} as const satisfies Entries;

type Specs = DictionaryOf<typeof ENTRIES>;

export const serverKeyExchange: Message = message(
  { type: 12, source: FIELDS },
  ENTRIES,
  (reader, F, { version, keyExchange }) => {
    if (!keyExchange || keyExchange.fixed) return void reader.rest(F.parameters);
    let key: ExchangedKey = keyExchange.psk ? { identity: readHint(reader, F) } : {};
    if (keyExchange.kind === 'ecdhe') key = { ...key, ...readCurveKey(reader, F) };
    if (keyExchange.kind === 'dhe') key = { ...key, ...readFieldKey(reader, F) };
    if (keyExchange.signed) readSignature(reader, F, version);
    return { serverKeyExchange: key };
  },
);

function readHint(reader: FieldReader, F: Specs): Uint8Array {
  return reader.sized(F.psk_identity_hint_length, 2, F.psk_identity_hint, showUtf8);
}

function readCurveKey(reader: FieldReader, F: Specs): ExchangedKey {
  const type = reader.uint(F.curve_type, 1, nameIn(EC_CURVE_TYPES, 1));
  if (type !== NAMED_CURVE) reader.fail(`a curve of type ${type}: only named ones are read`);
  const group = reader.uint(F.named_group, 2, nameIn(GROUPS, 2));
  return { group, publicKey: reader.sized(F.public_key_length, 1, F.public_key) };
}

function readFieldKey(reader: FieldReader, F: Specs): ExchangedKey {
  const prime = reader.sized(F.prime_length, 2, F.prime);
  const generator = reader.sized(F.generator_length, 2, F.generator);
  return { prime, generator, publicKey: reader.sized(F.public_key_length, 2, F.public_key) };
}
