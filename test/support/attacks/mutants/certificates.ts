/** Defences of the tls layer: what the client looks at in a certificate, and what TLS agrees on. */
import type { Edit } from '../mutant.ts';
import { type Mutant, everySuite, tls } from './contract.ts';

const DIAL = 'client/lib/connect/dial.ts';

/** The client goes on when this is all that OpenSSL has against a certificate. */
const accepting = (...codes: readonly string[]): readonly Edit[] => [
  { file: DIAL, from: 'rejectUnauthorized: true,', to: 'rejectUnauthorized: false,' },
  {
    file: DIAL,
    from: 'socket.once(event, resolve);',
    to: `socket.once(event, () => {
      const code = (socket as unknown as { authorizationError?: string }).authorizationError;
      if (!code || ${JSON.stringify(codes)}.includes(code)) resolve();
      else reject(Object.assign(new Error(code === 'UNSPECIFIED' ? 'too weak' : code), { code }));
    });`,
  },
];

export const CERTIFICATES: readonly Mutant[] = [
  {
    without: 'the check of the chain of certificates, of dates and of names',
    edits: [{ file: DIAL, from: 'rejectUnauthorized: true,', to: 'rejectUnauthorized: false,' }],
    changes: Object.fromEntries(
      [
        'own-ca',
        ...[
          'expired',
          'not-yet',
          'wrong-host',
          'self-signed',
          'common-name',
          'wrong-usage',
          'broken-chain',
          'weak-key',
        ].map((flaw) => `certificate-${flaw}`),
      ].map((attack) => [attack, tls('succeeds')]),
    ),
    unmoved: ['own-ca-pinned', 'downgrade-tls'],
  },
  {
    without: 'the refusal to fall back to an older version of TLS',
    edits: [
      {
        file: DIAL,
        from: 'export const dial: Dial = async (options) => {',
        to: `export const dial: Dial = (options) =>
          dialOnce(options).catch((error) => {
            if (!options.wire.startsWith('tls')) throw error;
            return dialOnce({ ...options, newestTls: 'TLSv1.2' });
          });
        const dialOnce: Dial = async (options) => {`,
      },
    ],
    changes: { 'downgrade-tls': { 'tls 1.3': 'succeeds', 'tls+psk': 'succeeds' } },
    unmoved: ['downgrade-wire'],
  },
  {
    without: 'the refusal to fall back to the plain wire',
    edits: [
      {
        file: DIAL,
        from: 'export const dial: Dial = async (options) => {',
        to: `export const dial: Dial = (options) =>
          dialOnce(options).catch((error) => {
            if (error.code !== 'not_psk' && error.code !== 'not_tls') throw error;
            return dialOnce({ ...options, wire: 'plain' });
          });
        const dialOnce: Dial = async (options) => {`,
      },
    ],
    changes: { 'downgrade-wire': { ...everySuite('succeeds'), ...tls('succeeds', 'succeeds') } },
    unmoved: ['downgrade-tls'],
  },
  {
    without: 'the check of the name in a certificate',
    edits: [
      {
        file: DIAL,
        from: 'checkServerIdentity: (_, certificate) => checkIdentity(servername, certificate),',
        to: 'checkServerIdentity: () => undefined,',
      },
    ],
    changes: {
      'certificate-wrong-host': tls('succeeds'),
      'certificate-common-name': tls('succeeds'),
    },
    unmoved: ['certificate-expired'],
  },
  {
    without: 'the rule that a common name does not count',
    edits: [
      {
        file: 'client/lib/connect/identity.ts',
        from: 'if (!certificate.subjectaltname) {',
        to: 'if (!certificate.subjectaltname && !certificate.subject) {',
      },
      {
        file: 'client/lib/connect/identity.ts',
        from: 'checkServerIdentity(host, { ...certificate, subject });',
        to: 'checkServerIdentity(host, { ...certificate, subject: { ...subject, ...certificate.subject } });',
      },
    ],
    changes: { 'certificate-common-name': tls('succeeds') },
    unmoved: ['certificate-wrong-host'],
  },
  {
    without: 'the end of a certificate’s time',
    edits: accepting('CERT_HAS_EXPIRED'),
    changes: { 'certificate-expired': tls('succeeds') },
    unmoved: ['certificate-not-yet'],
  },
  {
    without: 'the beginning of a certificate’s time',
    onlyWhole: true,
    edits: accepting('CERT_NOT_YET_VALID'),
    changes: { 'certificate-not-yet': tls('succeeds') },
    unmoved: ['certificate-expired'],
  },
  {
    without: 'the refusal of certificates that sign themselves',
    onlyWhole: true,
    edits: accepting('DEPTH_ZERO_SELF_SIGNED_CERT'),
    changes: { 'certificate-self-signed': tls('succeeds') },
    unmoved: ['own-ca'],
  },
  {
    without: 'a chain that ends at a CA that the client trusts',
    onlyWhole: true,
    edits: accepting('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'),
    changes: { 'own-ca': tls('succeeds'), 'certificate-broken-chain': tls('succeeds') },
    unmoved: ['certificate-self-signed'],
  },
  {
    without: 'the check of what a certificate is for',
    edits: accepting('INVALID_PURPOSE'),
    changes: { 'certificate-wrong-usage': tls('succeeds') },
    unmoved: ['certificate-weak-key'],
  },
  {
    without: 'a least length of keys',
    onlyWhole: true,
    edits: [
      {
        file: 'server/wires/tls-policy.ts',
        from: "const SECURITY_LEVEL = '@SECLEVEL=2';",
        to: "const SECURITY_LEVEL = '@SECLEVEL=0';",
      },
    ],
    changes: { 'certificate-weak-key': tls('succeeds') },
    unmoved: ['certificate-wrong-usage'],
  },
  {
    without: 'the comparison with the pin',
    edits: [
      {
        file: 'inspector/attacks/scripts/man-in-the-middle.ts',
        from: 'if (got !== pin)',
        to: 'if (got === undefined)',
      },
    ],
    changes: { 'own-ca-pinned': tls('succeeds') },
    unmoved: ['own-ca'],
  },
  {
    without: 'forward secrecy in TLS 1.2',
    edits: [
      {
        file: 'server/wires/tls-policy.ts',
        from: "'ECDHE-ECDSA-AES256-GCM-SHA384',",
        to: "'AES256-GCM-SHA384',",
      },
    ],
    changes: { 'leaked-server-key': { 'tls 1.2': 'succeeds' } },
  },
  {
    without: 'psk inside TLS',
    edits: [{ file: 'server/protocol/wires.ts', from: "layers: ['tls', 'psk'],", to: "layers: ['tls']," }],
    changes: {
      'own-ca-careless': { 'tls+psk': 'succeeds' },
      'own-ca-trusted': { 'tls+psk': 'succeeds' },
    },
  },
];
