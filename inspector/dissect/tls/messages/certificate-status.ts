/** CertificateStatus of TLS 1.2 (RFC 6066 §8); in TLS 1.3 it stands in the certificate's extensions. */
import { bytes, number } from '../../dictionary.ts';
import { message } from './contract.ts';

export const certificateStatus = message(
  { type: 22, source: 'RFC 6066 §8' },
  {
    status_type: number('What kind of proof: 1 is OCSP.'),
    response_length: number('Bytes of the proof.'),
    response: bytes(
      'The OCSP response in DER: the issuer’s signed word that the certificate has not been revoked, brought along by the server.',
    ),
  },
  (reader, F) => {
    reader.uint(F.status_type, 1, (type) => (type === 1 ? 'ocsp' : type === 2 ? 'ocsp_multi' : type));
    reader.sized(F.response_length, 3, F.response);
  },
);
