/** TLS connections of each kind, and what the key schedule of each has to show. */
import type { TlsOptions } from 'node:tls';
import type { TlsChoice } from '../flows/tls-conversation.ts';

/** SSL_OP_NO_EXTENDED_MASTER_SECRET, which node:crypto has no name for. */
export const NO_EXTENDED_MASTER_SECRET = 1;

const SEALED13 = ['key', 'iv'];
const HANDSHAKE13 = ['c2s', 's2c'].flatMap((dir) => [
  ...['key', 'iv', 'finished_key'].map((part) => `tls.${dir}.handshake.${part}`),
  `tls.${dir}.verify_data`,
]);
const GENERATION = (n: number): string[] =>
  ['c2s', 's2c'].flatMap((dir) => [
    ...(n === 0 ? [] : [`tls.${dir}.application.${n}`]),
    ...SEALED13.map((part) => `tls.${dir}.application.${n}.${part}`),
  ]);
const ALL13 = [
  ...HANDSHAKE13,
  ...GENERATION(0),
  'tls.transcript.hellos',
  'tls.transcript.before_server_finished',
  'tls.transcript.server_finished',
  'tls.exporter.channel_binding.secret',
  'tls.exporter.channel_binding',
];
const ALL12 = (...parts: string[]): string[] => [
  'tls.key_block',
  ...['c2s', 's2c'].flatMap((dir) => [...parts, 'verify_data'].map((part) => `tls.${dir}.${part}`)),
  'tls.transcript.before_client_finished',
  'tls.transcript.before_server_finished',
];

export interface ScheduleCase {
  readonly name: string;
  readonly choice: TlsChoice;
  readonly server?: TlsOptions;
  /** Further arguments of `openssl s_client`. */
  readonly client?: readonly string[];
  readonly updates?: number;
  /** Ids of everything that must be shown. */
  readonly shown: readonly string[];
}

export const SCHEDULE_CASES: readonly ScheduleCase[] = [
  {
    name: 'TLS 1.3 with SHA-256',
    choice: { version: 'TLSv1.3', suite: 'TLS_AES_128_GCM_SHA256' },
    shown: ALL13,
  },
  {
    name: 'TLS 1.3 with SHA-384 after a HelloRetryRequest',
    choice: { version: 'TLSv1.3', suite: 'TLS_AES_256_GCM_SHA384' },
    server: { ecdhCurve: 'P-384' },
    client: ['-groups', 'X25519:P-384'],
    shown: [...ALL13, 'tls.transcript.first_hello'],
  },
  {
    name: 'TLS 1.3 with ChaCha20 and keys that change twice',
    choice: { version: 'TLSv1.3', suite: 'TLS_CHACHA20_POLY1305_SHA256' },
    updates: 2,
    shown: [...ALL13, ...GENERATION(1), ...GENERATION(2)],
  },
  {
    name: 'TLS 1.3 with a certificate of the client',
    choice: { version: 'TLSv1.3', suite: 'TLS_AES_256_GCM_SHA384' },
    server: { requestCert: true, rejectUnauthorized: false },
    client: ['-cert', 'client.pem', '-key', 'client.key'],
    shown: [...ALL13, 'tls.transcript.before_client_finished'],
  },
  {
    name: 'TLS 1.2 with AES-128-GCM',
    choice: { version: 'TLSv1.2', suite: 'ECDHE-RSA-AES128-GCM-SHA256' },
    shown: [...ALL12('key', 'iv'), 'tls.session_hash'],
  },
  {
    name: 'TLS 1.2 with AES-256-GCM and the plain master secret',
    choice: { version: 'TLSv1.2', suite: 'ECDHE-RSA-AES256-GCM-SHA384' },
    server: { secureOptions: NO_EXTENDED_MASTER_SECRET },
    shown: ALL12('key', 'iv'),
  },
  {
    name: 'TLS 1.2 with AES-128-CBC and SHA-1',
    choice: { version: 'TLSv1.2', suite: 'ECDHE-RSA-AES128-SHA' },
    shown: [...ALL12('mac_key', 'key'), 'tls.session_hash'],
  },
  {
    name: 'TLS 1.2 with AES-256-CBC, SHA-384 and the plain master secret',
    choice: { version: 'TLSv1.2', suite: 'ECDHE-RSA-AES256-SHA384' },
    server: { secureOptions: NO_EXTENDED_MASTER_SECRET },
    shown: ALL12('mac_key', 'key'),
  },
  {
    name: 'TLS 1.2 with ChaCha20 and a certificate of the client',
    choice: { version: 'TLSv1.2', suite: 'ECDHE-RSA-CHACHA20-POLY1305' },
    server: { requestCert: true, rejectUnauthorized: false },
    client: ['-cert', 'client.pem', '-key', 'client.key'],
    shown: [...ALL12('key', 'iv'), 'tls.session_hash'],
  },
];
