/** Every suite of TLS 1.2 that we open, handshakes inside a connection, and the versions before it, spoken by openssl. */
import { expect, it } from 'vitest';
import { Dissection } from '#dissect/index';
import { recipeFor } from '#dissect/recipes/cyberchef';
import { toHex } from '#protocol/bytes';
import { runRecipe } from '../support/dissection/run-recipe.ts';
import {
  type Case,
  EMS,
  ETM,
  client,
  describeTalks,
  older,
  say,
  server,
  tls12,
} from '../support/flows/openssl-talks.ts';

const SHOOK_HANDS = ['client_hello', 'change_cipher_spec', 'change_cipher_spec'];

const CASES: readonly Case[] = [
  ...(
    [
      ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'rsa'],
      ['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'rsa'],
      ['ECDHE-RSA-CHACHA20-POLY1305', 'ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'rsa'],
      ['DHE-RSA-AES256-CCM', 'DHE_RSA_WITH_AES_256_CCM', 'rsa'],
      ['ECDHE-ECDSA-AES128-CCM', 'ECDHE_ECDSA_WITH_AES_128_CCM', 'ec'],
      ['ECDHE-ECDSA-AES128-CCM8', 'ECDHE_ECDSA_WITH_AES_128_CCM_8', 'ec'],
      ['ECDHE-ECDSA-AES256-CCM8', 'ECDHE_ECDSA_WITH_AES_256_CCM_8', 'ec'],
      ['ECDHE-RSA-AES128-SHA', 'ECDHE_RSA_WITH_AES_128_CBC_SHA', 'rsa'],
      ['ECDHE-RSA-AES256-SHA', 'ECDHE_RSA_WITH_AES_256_CBC_SHA', 'rsa'],
      ['ECDHE-RSA-AES128-SHA256', 'ECDHE_RSA_WITH_AES_128_CBC_SHA256', 'rsa'],
      ['ECDHE-RSA-AES256-SHA384', 'ECDHE_RSA_WITH_AES_256_CBC_SHA384', 'rsa'],
      ['ECDHE-ARIA128-GCM-SHA256', 'ECDHE_RSA_WITH_ARIA_128_GCM_SHA256', 'rsa'],
      ['ECDHE-ECDSA-ARIA256-GCM-SHA384', 'ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384', 'ec'],
      ['ECDHE-RSA-CAMELLIA128-SHA256', 'ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256', 'rsa'],
      ['ECDHE-ECDSA-CAMELLIA256-SHA384', 'ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384', 'ec'],
      ['DHE-RSA-CAMELLIA256-SHA', 'DHE_RSA_WITH_CAMELLIA_256_CBC_SHA', 'rsa'],
    ] as const
  ).flatMap(([openssl, iana, certificate]): Case[] => {
    const native = /ARIA|CAMELLIA/.test(iana) && { nativeOnly: true };
    const unread = iana.includes('ARIA') && { withoutTshark: 'its libgcrypt has ARIA from 1.11 on only' };
    const row = {
      name: openssl,
      both: tls12(openssl),
      cipher: `TLS 1.2, TLS_${iana}`,
      certificate,
      ...native,
      ...unread,
    };
    if (!iana.includes('CBC')) return [{ ...row, answers: [EMS] }];
    const first = { name: `${openssl}, the MAC before the encryption`, client: '-no_etm', answers: [EMS] };
    return [
      { ...row, answers: [ETM, EMS] },
      { ...row, ...first },
    ];
  }),
  ...(
    [
      ['ECDHE-RSA-NULL-SHA', 'ECDHE_RSA_WITH_NULL_SHA'],
      ['NULL-SHA256', 'RSA_WITH_NULL_SHA256'],
      ['NULL-MD5', 'RSA_WITH_NULL_MD5'],
    ] as const
  ).map(([openssl, iana]): Case => ({
    name: `${openssl}, which encrypts nothing,`,
    both: tls12(openssl),
    cipher: `TLS 1.2, TLS_${iana} (clear, integrity only)`,
  })),
  {
    name: 'DHE-DSS-AES128-GCM-SHA256',
    both: tls12('DHE-DSS-AES128-GCM-SHA256'),
    client: '-sigalgs DSA+SHA256:RSA+SHA256',
    certificate: 'dsa',
    cipher: 'TLS 1.2, TLS_DHE_DSS_WITH_AES_128_GCM_SHA256',
    answers: [EMS],
  },
  {
    name: 'a master secret that is not extended',
    both: tls12('ECDHE-RSA-AES128-GCM-SHA256'),
    conf: 'no-ems.cnf',
    answers: [],
    cipher: 'TLS 1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  },
  ...(
    [
      ['AES128-GCM-SHA256', 'AES_128_GCM_SHA256'],
      ['AES256-SHA256', 'AES_256_CBC_SHA256'],
      ['AES128-CCM', 'AES_128_CCM'],
    ] as const
  ).flatMap(([suite, iana]): Case[] => {
    const row: Case = {
      name: `RSA key exchange, ${suite}`,
      both: tls12(suite),
      cipher: `TLS 1.2, TLS_RSA_WITH_${iana}`,
      material: 'rsa',
    };
    const answers = iana.includes('CBC') ? [ETM] : [];
    const plain = { name: `${row.name}, not extended`, conf: 'no-ems.cnf', answers };
    return [
      { ...row, answers: [...answers, EMS] },
      { ...row, ...plain },
    ];
  }),
  ...(['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA'] as const).map((suite): Case => ({
    name: `handshakes inside the connection, ${suite}`,
    both: tls12(suite),
    server: '-client_renegotiation',
    cipher: `TLS 1.2, TLS_${suite === 'AES128-SHA' ? 'RSA_WITH_AES_128_CBC_SHA' : 'ECDHE_RSA_WITH_AES_128_GCM_SHA256'}`,
    steps: [
      say('c2s', 'one'),
      client('R', 'RENEGOTIATING'),
      say('c2s', 'two'),
      say('s2c', 'three'),
      server('r'),
      say('c2s', 'four'),
      say('s2c', 'five'),
    ],
    sees: [...SHOOK_HANDS, ...SHOOK_HANDS, 'hello_request', ...SHOOK_HANDS],
    ...(suite === 'AES128-SHA' ? { material: 'rsa' as const } : {}),
  })),
  ...(['TLS 1.1', 'TLS 1.0'] as const).flatMap((version): Case[] => {
    const row: Case = {
      name: version,
      both: older(version === 'TLS 1.1' ? '-tls1_1' : '-tls1', 'ALL:!aNULL:!AESGCM:AES128-SHA'),
      client: '-cipher AES128-SHA:@SECLEVEL=0',
      cipher: `${version}, TLS_RSA_WITH_AES_128_CBC_SHA`,
      material: 'rsa',
    };
    const first = { name: `${version}, the MAC before the encryption`, server: '-no_etm', answers: [EMS] };
    return [
      { ...row, answers: [ETM, EMS] },
      { ...row, ...first },
    ];
  }),
];

describeTalks('what openssl says over TLS 1.2 and older', CASES, (talk) => {
  it.each([
    'ECDHE-ECDSA-AES128-CCM8',
    'ECDHE-RSA-AES256-SHA384',
    'ECDHE-RSA-AES128-SHA, the MAC before the encryption',
  ])('CyberChef decrypts what is said over %s', async (name) => {
    const dissection = new Dissection();
    dissection.addAll(await talk(name));
    const said = dissection.records(1).find(({ raw, state }) => raw[0] === 23 && state === 'opened');
    if (!said?.plain) throw new Error('nothing was opened');
    const recipe = recipeFor(said, dissection.events(new Set([1])));
    if ('fault' in recipe) throw new Error(recipe.fault);
    expect(toHex(runRecipe(recipe.text, toHex(said.raw)))).toBe(toHex(said.plain));
  });
});
