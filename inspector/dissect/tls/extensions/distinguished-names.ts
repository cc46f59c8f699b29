/** Lists of issuers: in the certificate requests of TLS 1.2 and in an extension of TLS 1.3 (RFC 8446 §4.2.4). */
import { type DictionaryOf, type Entries, group, number } from '../../fields/dictionary.ts';
import type { FieldReader } from '../../fields/field-reader.ts';
import { NAME_FIELDS, readNameBytes } from '../../x509/name.ts';

export const DISTINGUISHED_NAMES = {
  name_length: number('Bytes of the name.'),
  distinguished_name: group('An issuer’s name in DER, as it stands in its certificates.', NAME_FIELDS),
} as const satisfies Entries;

/** Names to the end of the part, each in one line. */
export function readDistinguishedNames(
  reader: FieldReader,
  F: DictionaryOf<typeof DISTINGUISHED_NAMES>,
): string[] {
  const names: string[] = [];
  reader.each((list) =>
    list.sizedPart(F.name_length, 2, F.distinguished_name, (one) => {
      const name = one.handOver(readNameBytes);
      names.push(name);
      return name;
    }),
  );
  return names;
}
