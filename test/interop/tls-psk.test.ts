/** Shared keys in TLS 1.2 and 1.3, spoken by openssl: which of them open a recording, and which do not. */
import { expect, it } from 'vitest';
import { fromHex } from '#protocol/bytes';
import {
  type Case,
  PSK,
  SHARED,
  client,
  describeTalks,
  dissected,
  opening,
  say,
  server,
  tls12,
  tls13,
} from '../support/flows/openssl-talks.ts';

/** With no group in common OpenSSL 3 uses the shared key alone; otherwise it prefers an exchange. */
const ALONE = {
  client: '-allow_no_dhe_kex -groups X25519',
  server: '-allow_no_dhe_kex -groups P-256',
  certificate: 'none',
  material: 'psk',
} as const;
const AES = tls13('TLS_AES_128_GCM_SHA256');
const CIPHER = 'TLS 1.3, TLS_AES_128_GCM_SHA256';
const WITH_EXCHANGE = 'a shared key in TLS 1.3';

const CASES: readonly Case[] = [
  {
    name: 'a shared key in TLS 1.3',
    both: `${tls13('TLS_AES_128_GCM_SHA256')} ${SHARED}`,
    certificate: 'none',
    cipher: 'TLS 1.3, TLS_AES_128_GCM_SHA256',
  },
  {
    ...ALONE,
    name: 'a shared key alone in TLS 1.3',
    both: `${AES} ${SHARED}`,
    cipher: CIPHER,
  },
  {
    ...ALONE,
    name: 'a shared key alone, with ChaCha20 and keys that change',
    both: `${tls13('TLS_CHACHA20_POLY1305_SHA256')} ${SHARED}`,
    cipher: 'TLS 1.3, TLS_CHACHA20_POLY1305_SHA256',
    steps: [
      say('c2s', 'one'),
      client('K', 'KEYUPDATE'),
      say('c2s', 'two'),
      say('s2c', 'two'),
      server('k'),
      say('s2c', 'three'),
    ],
    sees: ['key_update', 'key_update', 'key_update'],
  },
  {
    name: 'a shared key and an exchange, after a hello retry request',
    both: `${AES} ${SHARED}`,
    client: '-groups X25519:P-256',
    server: '-groups P-256',
    certificate: 'none',
    cipher: CIPHER,
    sees: ['client_hello', 'hello_retry_request', 'client_hello', 'server_hello'],
  },
  ...(
    [
      ['PSK-AES128-GCM-SHA256', 'PSK_WITH_AES_128_GCM_SHA256', 'psk'],
      ['PSK-AES256-CBC-SHA384', 'PSK_WITH_AES_256_CBC_SHA384', 'psk'],
      ['PSK-AES128-CCM8', 'PSK_WITH_AES_128_CCM_8', 'psk'],
      ['PSK-CHACHA20-POLY1305', 'PSK_WITH_CHACHA20_POLY1305_SHA256', 'psk'],
      ['RSA-PSK-AES128-GCM-SHA256', 'RSA_PSK_WITH_AES_128_GCM_SHA256', 'both'],
      ['ECDHE-PSK-AES128-CBC-SHA256', 'ECDHE_PSK_WITH_AES_128_CBC_SHA256', undefined],
      ['DHE-PSK-AES256-GCM-SHA384', 'DHE_PSK_WITH_AES_256_GCM_SHA384', undefined],
    ] as const
  ).map(([suite, iana, material]): Case => ({
    name: `shared keys, ${suite}`,
    both: `${tls12(suite)} ${SHARED}`,
    certificate: material === 'both' ? 'rsa' : 'none',
    cipher: `TLS 1.2, TLS_${iana}`,
    ...(material ? { material } : {}),
  })),
];

describeTalks('what openssl says with a shared key', CASES, (talk) => {
  const shared = [{ kind: 'psk', id: 'ana', key: fromHex(PSK) }] as const;

  it('and an exchange stays shut with the key alone, and says why', async () => {
    const events = (await talk(WITH_EXCHANGE)).filter(({ kind }) => kind !== 'secret');
    const reasons = (keys: readonly { kind: 'psk'; key: Uint8Array }[]): readonly string[] =>
      opening(dissected(events, {}, keys), 1).sealed;
    for (const reason of reasons(shared)) expect(reason).toContain('a Diffie-Hellman exchange goes in too');
    expect(reasons(shared).length).toBeGreaterThan(4);
    // Another key proves nothing, so nothing is said about it.
    const other = reasons([{ kind: 'psk', key: new Uint8Array(32) }]);
    expect(other.filter((reason) => reason.includes('Diffie-Hellman'))).toEqual([]);
  });

  it('alone stays shut with a key that does not fit the binder', async () => {
    const events = (await talk('a shared key alone in TLS 1.3')).filter(({ kind }) => kind !== 'secret');
    const { sealed } = opening(dissected(events, {}, [{ kind: 'psk', key: new Uint8Array(32) }]), 1);
    expect(sealed[0]).toContain('no shared key at hand fits the binder in the client hello');
  });
});
