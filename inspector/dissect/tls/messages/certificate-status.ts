/**
 * CertificateStatus of TLS 1.2 (RFC 6066 §8, RFC 6961 §2.2); in TLS 1.3 it is in the certificate's extensions.
 */
import { number } from '../../fields/dictionary.ts';
import { CERTIFICATE_STATUS, readResponse, statusType } from '../extensions/certificate-status.ts';
import { readListLength } from '../extensions/contract.ts';
import { message } from './contract.ts';

const OCSP_MULTI = 2;

export const certificateStatus = message(
  { type: 22, source: 'RFC 6066 §8' },
  {
    ...CERTIFICATE_STATUS,
    response_list_length: number('Bytes of all proofs, the sender’s own first.', 'RFC 6961 §2.2'),
  },
  (reader, F) => {
    const type = reader.uint(F.status_type, 1, statusType);
    if (type !== OCSP_MULTI) return void readResponse(reader, F);
    readListLength(reader, F.response_list_length, 3);
    reader.each((list) => readResponse(list, F, 'none for this certificate'));
  },
);
