/** Every suite of TLS 1.3 that we open, keys that change, and a retry, spoken by openssl. */
import { type Case, client, describeTalks, say, server, tls13 } from '../support/flows/openssl-talks.ts';

const CASES: readonly Case[] = [
  ...[
    'AES_128_GCM_SHA256',
    'AES_256_GCM_SHA384',
    'CHACHA20_POLY1305_SHA256',
    'AES_128_CCM_SHA256',
    'AES_128_CCM_8_SHA256',
  ].map((suite): Case => ({ name: suite, both: tls13(`TLS_${suite}`), cipher: `TLS 1.3, TLS_${suite}` })),
  {
    name: 'keys that both sides change, with and without asking the other',
    both: tls13('TLS_AES_128_GCM_SHA256'),
    cipher: 'TLS 1.3, TLS_AES_128_GCM_SHA256',
    steps: [
      say('c2s', 'one'),
      client('k', 'KEYUPDATE'),
      say('c2s', 'two'),
      say('s2c', 'three'),
      client('K', 'KEYUPDATE'),
      say('c2s', 'four'),
      say('s2c', 'five'),
      server('k'),
      say('s2c', 'six'),
      server('K'),
      say('s2c', 'seven'),
      say('c2s', 'eight'),
      server('k'),
      say('s2c', 'nine'),
    ],
    sees: ['key_update', 'key_update', 'key_update', 'key_update', 'key_update', 'key_update', 'key_update'],
  },
  {
    name: 'a hello retry request',
    both: tls13('TLS_AES_256_GCM_SHA384'),
    client: '-groups X25519:P-256',
    server: '-groups P-256',
    cipher: 'TLS 1.3, TLS_AES_256_GCM_SHA384',
    sees: ['client_hello', 'hello_retry_request', 'client_hello', 'server_hello'],
  },
];

describeTalks('what openssl says over TLS 1.3', CASES);
