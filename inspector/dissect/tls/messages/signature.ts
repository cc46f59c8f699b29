/** A signature with its scheme: in CertificateVerify and in the ServerKeyExchange of TLS 1.2 (RFC 8446 §4.4.3, RFC 5246 §4.7). */
import { type DictionaryOf, type Entries, bytes, number } from '../../fields/dictionary.ts';
import type { FieldReader } from '../../fields/field-reader.ts';
import { SIGNATURES, nameIn } from '../names.ts';
import { TLS12 } from './contract.ts';

export const SIGNATURE = {
  signature_algorithm: number(
    'The signature scheme: algorithm, hash and padding. Before TLS 1.2 it was fixed.',
  ),
  signature_length: number('Bytes of the signature.'),
  signature: bytes(
    'Made with the certificate’s private key over this handshake: it cannot be copied from another one.',
  ),
} as const satisfies Entries;

export function readSignature(
  reader: FieldReader,
  F: DictionaryOf<typeof SIGNATURE>,
  version: number | undefined,
): void {
  if (version === undefined || version >= TLS12) reader.uint(F.signature_algorithm, 2, nameIn(SIGNATURES, 2));
  reader.sized(F.signature_length, 2, F.signature);
}
