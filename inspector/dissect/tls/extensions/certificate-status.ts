/** Proof that a certificate has not been revoked: in the message of TLS 1.2 and the extension of TLS 1.3 (RFC 6066 §8). */
import { type DictionaryOf, type Entries, group, number } from '../../fields/dictionary.ts';
import type { FieldReader } from '../../fields/field-reader.ts';
import { OCSP_FIELDS, readOcspResponse } from '../../x509/ocsp.ts';

export const CERTIFICATE_STATUS = {
  status_type: number('What kind of proof: 1 is OCSP, 2 is one for each certificate of the chain.'),
  response_length: number('Bytes of the proof.'),
  response: group(
    'The OCSP response in DER: the issuer’s signed word that the certificate has not been revoked, brought along by the server.',
    OCSP_FIELDS,
    'RFC 6960 §4.2.1',
  ),
} as const satisfies Entries;

export const statusType = (type: number): string | number =>
  (({ 1: 'ocsp', 2: 'ocsp_multi' }) as Readonly<Record<number, string>>)[type] ?? type;

/** Reads one proof and returns what it says. `none` is the text where there may be no proof. */
export function readResponse(
  reader: FieldReader,
  F: Pick<DictionaryOf<typeof CERTIFICATE_STATUS>, 'response_length' | 'response'>,
  none?: string,
): string {
  let said = none ?? '';
  reader.sizedPart(F.response_length, 3, F.response, (inside) => {
    if (inside.left > 0 || none === undefined) said = inside.handOver(readOcspResponse);
    return said;
  });
  return said;
}
