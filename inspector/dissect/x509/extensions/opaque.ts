/** Extensions that are shown as bytes, with a name so that a reader sees what they are about. */
import { counted } from '#protocol/shown';
import { bytes } from '../../fields/dictionary.ts';
import { showBytes } from '../../fields/show.ts';
import { nodeField } from '../shape.ts';
import { type CertificateExtension, type Head, row } from './contract.ts';

/** Rows of the table. */
export function opaque(rows: readonly (readonly [...Head, note: string])[]): CertificateExtension[] {
  return rows.map(([oid, name, source, note]) =>
    row([oid, name, source], note, { data: bytes('Its content in DER.') }, (F) => (value, children) => {
      const { bytes: all, start, end } = value;
      children.push(nodeField(F.data, value, showBytes(all.subarray(start, end))));
      return counted(end - start, 'byte');
    }),
  );
}

export const OPAQUE = opaque([
  [
    '1.3.6.1.4.1.11129.2.4.2',
    'signed_certificate_timestamps',
    'RFC 6962 §3.3',
    'Promises of public logs to publish the certificate, so that one issued in secret is noticed.',
  ],
  [
    '1.3.6.1.4.1.11129.2.4.3',
    'ct_poison',
    'RFC 6962 §3.1',
    'Makes this a draft for the logs, which no client accepts.',
  ],
  ['2.5.29.9', 'subject_directory_attributes', 'RFC 5280 §4.2.1.8', 'Further attributes of the holder.'],
  ['2.5.29.33', 'policy_mappings', 'RFC 5280 §4.2.1.5', 'Which policies of two issuers mean the same.'],
  [
    '2.5.29.36',
    'policy_constraints',
    'RFC 5280 §4.2.1.11',
    'How policies are to be checked further down the chain.',
  ],
  [
    '2.5.29.54',
    'inhibit_any_policy',
    'RFC 5280 §4.2.1.14',
    'From where in the chain on anyPolicy no longer counts.',
  ],
]);
