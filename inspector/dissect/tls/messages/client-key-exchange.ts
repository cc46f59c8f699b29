/** ClientKeyExchange of TLS 1.2 (RFC 5246 §7.4.7, RFC 8422 §5.7, RFC 4279): the client's part of the secret. */
import { showUtf8 } from '#protocol/bytes';
import { type DictionaryOf, type Entries, bytes, number, text } from '../../fields/dictionary.ts';
import type { FieldReader } from '../../fields/field-reader.ts';
import { type Message, message } from './contract.ts';
import type { ExchangedKey } from './facts.ts';
import type { KeyExchange } from './key-exchange.ts';

const SSL3 = 0x0300;
const PSK = 'RFC 4279 §2';
const RSA = 'RFC 5246 §7.4.7.1';
const DH = 'RFC 5246 §7.4.7.2';

const ENTRIES = {
  psk_identity_length: number('Bytes of the identity.', PSK),
  psk_identity: text('Which pre-shared key to use. In the clear: Eve learns its name, never the key.', PSK),
  encrypted_premaster_length: number('Bytes of the encrypted secret.', RSA),
  encrypted_premaster: bytes(
    'The premaster secret under the certificate’s RSA key. Anyone who gets that key later can read every recording made before: no forward secrecy.',
    RSA,
  ),
  public_key_length: number('Bytes of the public key.', DH),
  public_key: bytes('The client’s one-time public key.', DH),
  parameters: bytes(
    'The client’s part of a key exchange that is not known here, or whose suite was not seen.',
    DH,
  ),
} as const satisfies Entries;

type Specs = DictionaryOf<typeof ENTRIES>;

export const clientKeyExchange: Message = message(
  { type: 16, source: 'RFC 5246 §7.4.7' },
  ENTRIES,
  (reader, F, { keyExchange, version }) => {
    if (!keyExchange) return void (reader.left > 0 && reader.rest(F.parameters));
    const identity = keyExchange.psk
      ? { identity: reader.sized(F.psk_identity_length, 2, F.psk_identity, showUtf8) }
      : {};
    return {
      clientKeyExchange: {
        ...identity,
        ...readSecret(
          reader,
          F,
          version === SSL3 && keyExchange.kind === 'rsa' ? 'bare rsa' : keyExchange.kind,
        ),
      },
    };
  },
);

function readSecret(reader: FieldReader, F: Specs, kind: KeyExchange['kind'] | 'bare rsa'): ExchangedKey {
  switch (kind) {
    // SSL 3.0 has no length before the secret (RFC 6101 §5.6.7.1).
    case 'bare rsa':
      return { encryptedPremaster: reader.rest(F.encrypted_premaster) };
    case 'psk':
      return {};
    case 'rsa':
      return { encryptedPremaster: reader.sized(F.encrypted_premaster_length, 2, F.encrypted_premaster) };
    case 'dhe':
      return reader.left === 0 ? {} : { publicKey: reader.sized(F.public_key_length, 2, F.public_key) };
    case 'ecdhe':
      return reader.left === 0 ? {} : { publicKey: reader.sized(F.public_key_length, 1, F.public_key) };
  }
}
