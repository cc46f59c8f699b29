/** Certificate: a chain, in the shapes of TLS 1.3 (RFC 8446 §4.4.2) and of the versions before (RFC 5246 §7.4.2). */
import { EMPTY } from '#wire/bytes';
import { type Entries, bytes, dictionary, group, number } from '../../dictionary.ts';
import type { FieldReader } from '../../field-reader.ts';
import { CERTIFICATE_FIELDS, readCertificate } from '../../x509/certificate.ts';
import { EXTENSION_LIST, readExtensions } from '../extensions/index.ts';
import { type MessageContext, TLS13, message } from './contract.ts';
import type { MessageFacts } from './facts.ts';

export const SOURCE = 'RFC 8446 §4.4.2';

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
      ...EXTENSION_LIST,
    },
  ),
} as const satisfies Entries;

const F = dictionary(SOURCE, CERTIFICATE);

export const certificate = message({ type: 11, source: SOURCE }, CERTIFICATE, (reader, _fields, context) =>
  readCertificates(reader, context),
);

/** Also what a compressed certificate message holds. */
export function readCertificates(reader: FieldReader, { version }: MessageContext): MessageFacts {
  if (version === TLS13) {
    reader.sized(F.certificate_request_context_length, 1, F.certificate_request_context);
  }
  const certificates: Uint8Array[] = [];
  reader.sizedPart(F.certificate_list_length, 3, F.certificate_list, (list) => {
    list.each((entry) => {
      certificates.push(readEntry(entry));
      if (version === TLS13) readExtensions(entry, 'certificate');
    });
    return `${certificates.length} certificate${certificates.length === 1 ? '' : 's'}`;
  });
  return { certificates };
}

function readEntry(reader: FieldReader): Uint8Array {
  const C = F.certificate_list.fields;
  const length = reader.uint(C.certificate_length, 3);
  let der: Uint8Array = EMPTY;
  reader.part(C.certificate, length, (inside) =>
    inside.handOver((all, start, end) => {
      der = all.subarray(start, end);
      return readCertificate(all, start, end);
    }),
  );
  return der;
}
