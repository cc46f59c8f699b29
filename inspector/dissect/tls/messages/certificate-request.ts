/** CertificateRequest, in the shapes of TLS 1.3 (RFC 8446 §4.3.2) and of the versions before (RFC 5246 §7.4.4). */
import { type Entries, bytes, group, number } from '../../fields/dictionary.ts';
import type { FieldReader } from '../../fields/field-reader.ts';
import { inLine } from '../../fields/show.ts';
import { DISTINGUISHED_NAMES, readDistinguishedNames } from '../extensions/distinguished-names.ts';
import { readNumbers } from '../extensions/contract.ts';
import { EXTENSION_LIST, readExtensions } from '../extensions/index.ts';
import { CLIENT_CERTIFICATE_TYPES, SIGNATURES, nameIn } from '../names.ts';
import { TLS12, TLS13, message } from './contract.ts';

const OLD = 'RFC 5246 §7.4.4';

export const certificateRequest = message(
  { type: 13, source: 'RFC 8446 §4.3.2' },
  {
    certificate_request_context_length: number('Bytes of the context.'),
    certificate_request_context: bytes('Ties the answer to this request; empty in the handshake itself.'),
    ...EXTENSION_LIST,
    certificate_types_length: number('Bytes of the list of kinds.', OLD),
    certificate_types: group(
      'Kinds of keys that the client’s certificate may hold.',
      { certificate_type: number('A kind of key.') },
      OLD,
    ),
    signature_algorithms_length: number('Bytes of the list of schemes.', OLD),
    signature_algorithms: group(
      'Signatures that the server can verify.',
      { signature: number('A signature scheme.') },
      OLD,
    ),
    certificate_authorities_length: number('Bytes of the list of issuers.', OLD),
    certificate_authorities: group(
      'Issuers whose certificates the server accepts; empty: any. It betrays whom the server trusts.',
      DISTINGUISHED_NAMES satisfies Entries,
      OLD,
    ),
  },
  (reader, F, { version }) => {
    if (version === TLS13) {
      reader.sized(F.certificate_request_context_length, 1, F.certificate_request_context);
      return { extensions: readExtensions(reader, 'certificate_request') };
    }
    reader.sizedPart(F.certificate_types_length, 1, F.certificate_types, (list) =>
      readNumbers(list, F.certificate_types.fields.certificate_type, 1, nameIn(CLIENT_CERTIFICATE_TYPES, 1)),
    );
    if (version === undefined || version >= TLS12) {
      reader.sizedPart(F.signature_algorithms_length, 2, F.signature_algorithms, (list) =>
        readNumbers(list, F.signature_algorithms.fields.signature, 2, nameIn(SIGNATURES, 2)),
      );
    }
    reader.sizedPart(F.certificate_authorities_length, 2, F.certificate_authorities, (list: FieldReader) =>
      inLine(readDistinguishedNames(list, F.certificate_authorities.fields)),
    );
  },
);
