/** Lists of issuers: in the certificate requests of TLS 1.2 and in an extension of TLS 1.3 (RFC 8446 §4.2.4). */
import { type DictionaryOf, type Entries, bytes, number } from '../../dictionary.ts';
import type { FieldReader } from '../../field-reader.ts';

export const DISTINGUISHED_NAMES = {
  name_length: number('Bytes of the name.'),
  distinguished_name: bytes('An issuer’s name in DER, as it stands in its certificates.'),
} as const satisfies Entries;

/** Names to the end of the part, each in one line. */
export function readDistinguishedNames(
  reader: FieldReader,
  F: DictionaryOf<typeof DISTINGUISHED_NAMES>,
): string[] {
  let count = 0;
  reader.each((list) => {
    list.sized(F.name_length, 2, F.distinguished_name);
    count++;
  });
  return [`${count} names`];
}
