/** CertificateVerify (RFC 8446 §4.4.3, RFC 5246 §7.4.8): the sender holds the private key of its certificate. */
import { message } from './contract.ts';
import { SIGNATURE, readSignature } from './signature.ts';

export const certificateVerify = message(
  { type: 15, source: 'RFC 8446 §4.4.3' },
  SIGNATURE,
  (reader, F, { version }) => readSignature(reader, F, version),
);
