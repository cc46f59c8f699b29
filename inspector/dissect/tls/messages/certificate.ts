/** Certificate: a chain, in the shapes of TLS 1.3 (RFC 8446 §4.4.2) and of the versions before (RFC 5246 §7.4.2). */
import { counted } from '#protocol/shown';
import { type Entries, bytes, dictionary, group, number } from '../../fields/dictionary.ts';
import type { FieldReader } from '../../fields/field-reader.ts';
import { CERTIFICATE_FIELDS, readCertificate } from '../../x509/certificate.ts';
import { PUBLIC_KEY_FIELDS, readPublicKeyInfo } from '../../x509/public-key.ts';
import { EXTENSION_LIST, readExtensions } from '../extensions/index.ts';
import { type MessageContext, TLS13, message } from './contract.ts';

export const SOURCE = 'RFC 8446 §4.4.2';

/** Kinds of certificate (RFC 7250 §6). */
const X509 = 0;
const RAW_PUBLIC_KEY = 2;

const KEY_NOTE =
  'A bare public key, without name, issuer or end: both sides know by other means whose it is (RFC 7250).';

export const CERTIFICATE = {
  certificate_request_context_length: number('Bytes of the context; TLS 1.3 only.'),
  certificate_request_context: bytes('Which request this answers; empty for a server’s certificate.'),
  certificate_list_length: number('Bytes of the chain.'),
  certificate_list: group(
    'The sender’s certificate first, then those that vouch for it, up to but usually without the root. Anyone can send a copy of it: what proves anything is the signature that follows.',
    {
      certificate_length: number('Bytes of this certificate.'),
      certificate: group(
        'An X.509 certificate: a name and a public key, signed by an issuer. It crosses in the clear in TLS 1.2 and sealed in TLS 1.3.',
        CERTIFICATE_FIELDS,
        'RFC 5280 §4.1',
      ),
      raw_public_key: group(KEY_NOTE, PUBLIC_KEY_FIELDS, 'RFC 7250 §3'),
      certificate_data: bytes('A certificate of a kind that is not read here.'),
      ...EXTENSION_LIST,
    },
  ),
  raw_public_key_length: number('Bytes of the key; before TLS 1.3 it stands alone.', 'RFC 7250 §3'),
  raw_public_key: group(KEY_NOTE, PUBLIC_KEY_FIELDS, 'RFC 7250 §3'),
} as const satisfies Entries;

const F = dictionary(SOURCE, CERTIFICATE);

export const certificate = message({ type: 11, source: SOURCE }, CERTIFICATE, (reader, _fields, context) =>
  readCertificates(reader, context),
);

/** Also what a compressed certificate message holds. */
export function readCertificates(
  reader: FieldReader,
  { version, certificateType = X509 }: MessageContext,
): void {
  if (version === TLS13) {
    reader.sized(F.certificate_request_context_length, 1, F.certificate_request_context);
  } else if (certificateType === RAW_PUBLIC_KEY) {
    return reader.sizedPart(F.raw_public_key_length, 3, F.raw_public_key, (key) =>
      key.handOver(readPublicKeyInfo),
    );
  }
  reader.sizedPart(F.certificate_list_length, 3, F.certificate_list, (list) => {
    let count = 0;
    list.each((entry) => {
      readEntry(entry, certificateType);
      if (version === TLS13) readExtensions(entry, 'certificate');
      count++;
    });
    return counted(count, certificateType === RAW_PUBLIC_KEY ? 'public key' : 'certificate');
  });
}

function readEntry(reader: FieldReader, certificateType: number): void {
  const C = F.certificate_list.fields;
  const length = reader.uint(C.certificate_length, 3);
  if (certificateType === RAW_PUBLIC_KEY) {
    return reader.part(C.raw_public_key, length, (inside) => inside.handOver(readPublicKeyInfo));
  }
  if (certificateType !== X509) return void reader.raw(C.certificate_data, length);
  reader.part(C.certificate, length, (inside) => inside.handOver(readCertificate));
}
