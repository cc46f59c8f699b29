import { constants } from 'node:crypto';

/** Also refuses certificates with less than 112 bits of strength. */
const SECURITY_LEVEL = '@SECLEVEL=2';

/**
 * TLS settings that both sides share: 1.3 and 1.2, and only cipher suites with forward secrecy and AEAD. No renegotiation:
 * 1.3 has none, and on 1.2 a small record could make the server compute a whole handshake.
 */
export const TLS_POLICY = {
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    SECURITY_LEVEL,
  ].join(':'),
} as const;
