/** Extensions about certificates: their status, their logs, their kinds and who may have issued them. */
import { counted } from '#protocol/shown';
import { bytes, group, number } from '../../fields/dictionary.ts';
import type { FieldReader } from '../../fields/field-reader.ts';
import { inLine } from '../../fields/show.ts';
import { CERTIFICATE_TYPES, COMPRESSIONS, SIGNATURES, nameIn } from '../names.ts';
import { CERTIFICATE_STATUS, readResponse, statusType } from './certificate-status.ts';
import { type Extension, extension, opaque, readListLength, readNumbers } from './contract.ts';
import { DISTINGUISHED_NAMES, readDistinguishedNames } from './distinguished-names.ts';

export const statusRequest = extension(
  {
    type: 5,
    source: 'RFC 6066 §8',
    note: 'The client would like proof, brought along by the server, that the certificate has not been revoked (OCSP stapling): then it need not ask the issuer, who would learn which hosts it visits.',
  },
  {
    ...CERTIFICATE_STATUS,
    responder_ids_length: number('Bytes of the list of responders.'),
    responder_ids: bytes('Responders the client trusts; empty for those it knows by default.'),
    request_extensions_length: number('Bytes of the extensions of the request.'),
    request_extensions: bytes('Extensions of the OCSP request, in DER.'),
  },
  (reader, F, { message }) => {
    if (reader.left === 0) return '';
    const type = statusType(reader.uint(F.status_type, 1, statusType));
    if (message === 'certificate') {
      return `${type}: ${readResponse(reader, F)}`;
    }
    reader.sized(F.responder_ids_length, 2, F.responder_ids);
    reader.sized(F.request_extensions_length, 2, F.request_extensions);
    return type;
  },
);

export const signedCertificateTimestamp = extension(
  {
    type: 18,
    source: 'RFC 6962 §3.3',
    note: 'Proof that the certificate is in public logs, so that a certificate issued in secret is noticed. Empty in the client’s hello, which asks for it.',
  },
  {
    list_length: number('Bytes of the list of timestamps.'),
    sct_length: number('Bytes of this timestamp.'),
    sct: group(
      'A log’s signed promise to publish the certificate.',
      {
        version: number('0: version 1.'),
        log_id: bytes('Which log: SHA-256 of its public key.'),
        timestamp: number('When the log took the certificate in: milliseconds since 1970 on the wire.'),
        extensions_length: number('Bytes of extensions; none are defined.'),
        extensions: bytes('Extensions; none are defined.'),
        signature_algorithm: number('How the log signed.'),
        signature_length: number('Bytes of the signature.'),
        signature: bytes('The log’s signature over certificate and time.'),
      },
      'RFC 6962 §3.2',
    ),
  },
  (reader, F) => {
    if (reader.left === 0) return '';
    readListLength(reader, F.list_length, 2);
    let count = 0;
    reader.each((list) => {
      list.sizedPart(F.sct_length, 2, F.sct, (one) => readTimestamp(one, F.sct.fields));
      count++;
    });
    return counted(count, 'timestamp');
  },
);

type TimestampSpecs = Readonly<
  Record<
    | 'version'
    | 'log_id'
    | 'timestamp'
    | 'extensions_length'
    | 'extensions'
    | 'signature_algorithm'
    | 'signature_length'
    | 'signature',
    Parameters<FieldReader['uint']>[0]
  >
>;

function readTimestamp(reader: FieldReader, F: TimestampSpecs): string {
  reader.uint(F.version, 1);
  reader.raw(F.log_id, 32);
  let time = '';
  reader.uint(F.timestamp, 8, (milliseconds) => (time = dateOf(milliseconds)));
  reader.sized(F.extensions_length, 2, F.extensions);
  reader.uint(F.signature_algorithm, 2, nameIn(SIGNATURES, 2));
  reader.sized(F.signature_length, 2, F.signature);
  return time;
}

/** The last millisecond that a `Date` can hold is far below 2^64. */
function dateOf(milliseconds: number): string {
  return milliseconds <= 8.64e15 ? new Date(milliseconds).toISOString() : `${milliseconds} ms`;
}

function certificateTypeOf(
  type: 19 | 20,
  fact: 'clientCertificateType' | 'serverCertificateType',
  note: string,
): Extension {
  return extension(
    { type, source: 'RFC 7250 §3', note },
    {
      list_length: number('Bytes of the list of kinds.'),
      certificate_type: number('0 an X.509 certificate, 2 a bare public key.'),
    },
    (reader, F, { message, facts }) => {
      const show = nameIn(CERTIFICATE_TYPES, 1);
      if (message === 'client_hello') {
        readListLength(reader, F.list_length, 1);
        return readNumbers(reader, F.certificate_type, 1, show);
      }
      facts[fact] = reader.uint(F.certificate_type, 1, show);
      return show(facts[fact]);
    },
  );
}

export const clientCertificateType = certificateTypeOf(
  19,
  'clientCertificateType',
  'Which kinds of certificate the client could show; the answer names the one it should show.',
);
export const serverCertificateType = certificateTypeOf(
  20,
  'serverCertificateType',
  'Which kinds of certificate the client can check; the answer names the one that the server will show.',
);

export const compressCertificate = extension(
  {
    type: 27,
    source: 'RFC 8879 §3',
    note: 'Ways in which a certificate chain may be compressed. This is safe, because a chain holds no secrets that could be guessed from its length.',
  },
  {
    list_length: number('Bytes of the list of algorithms.'),
    algorithm: number('A compression algorithm.'),
  },
  (reader, F) => {
    readListLength(reader, F.list_length, 1);
    return readNumbers(reader, F.algorithm, 2, nameIn(COMPRESSIONS, 2));
  },
);

export const certificateAuthorities = extension(
  {
    type: 47,
    source: 'RFC 8446 §4.2.4',
    note: 'Issuers whose certificates the sender accepts, so that the other side can choose one. It betrays whom the sender trusts.',
  },
  { list_length: number('Bytes of the list of names.'), ...DISTINGUISHED_NAMES },
  (reader, F) => {
    readListLength(reader, F.list_length, 2);
    return inLine(readDistinguishedNames(reader, F));
  },
);

export const statusRequestV2 = opaque({
  type: 17,
  source: 'RFC 6961 §2.2',
  note: 'Like status_request, but for every certificate of the chain. TLS 1.3 made it unnecessary.',
});
