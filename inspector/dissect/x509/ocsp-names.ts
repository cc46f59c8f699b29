/** Names of the numbers and identifiers in OCSP responses (RFC 6960). */
import { opaque } from './extensions/opaque.ts';

/** RFC 6960 §4.2.1. */
export const STATUSES: Readonly<Record<number, string>> = {
  0: 'successful',
  1: 'malformedRequest',
  2: 'internalError',
  3: 'tryLater',
  5: 'sigRequired',
  6: 'unauthorized',
};

/** Why a certificate was revoked (RFC 5280 §5.3.1). */
export const REASONS: Readonly<Record<number, string>> = {
  0: 'unspecified',
  1: 'keyCompromise',
  2: 'cACompromise',
  3: 'affiliationChanged',
  4: 'superseded',
  5: 'cessationOfOperation',
  6: 'certificateHold',
  8: 'removeFromCRL',
  9: 'privilegeWithdrawn',
  10: 'aACompromise',
};

export const RESPONSE_TYPES: Readonly<Record<string, string>> = { '1.3.6.1.5.5.7.48.1.1': 'basic' };

export const OCSP_EXTENSIONS = opaque([
  [
    '1.3.6.1.5.5.7.48.1.2',
    'nonce',
    'RFC 9654 §2.1',
    'The client’s random bytes, signed: they show that the answer is fresh. An answer that a server brings along has none.',
  ],
  [
    '1.3.6.1.5.5.7.48.1.6',
    'archive_cutoff',
    'RFC 6960 §4.4.4',
    'How long the responder still answers for a certificate after its end.',
  ],
  [
    '1.3.6.1.4.1.11129.2.4.5',
    'signed_certificate_timestamps',
    'RFC 6962 §3.3',
    'Promises of public logs to publish the certificate, so that one issued in secret is noticed.',
  ],
]);
