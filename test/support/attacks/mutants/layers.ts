/** Whole layers: without one, the wire is as good as what is left of it. */
import { ATTACKS } from '#attacks/list';
import { expectedVerdict } from '#attacks/expected';
import { TARGETS } from '#attacks/targets';
import { DEFAULT_SUITE, SUITES } from '#channel/psk/suites';
import type { Edit } from '../mutant.ts';
import { type Changed, type Mutant, everySuite, psk, suites } from './contract.ts';

/** No cipher and no tag: the body of a record is the plain bytes, in the shape of its suite. */
const UNSEALED: readonly Edit[] = [
  {
    file: 'server/channel/psk/record-cipher.ts',
    from: 'this.#aead = suite.aead(ciphers, key);',
    to: `const tag = new Uint8Array(tagLength(suite.body));
    this.#aead = {
      seal: (_, __, plain) => ({ ciphertext: suite.padding ? padded(plain) : plain, tag }),
      open: (_, __, sealed) => {
        const plain = sealed.subarray(0, sealed.length - tag.length);
        return suite.padding ? plain.subarray(0, plain.length - Math.min(16, plain.at(-1) ?? 0)) : plain;
      },
    };`,
  },
  {
    file: 'server/channel/psk/record-cipher.ts',
    from: "import { EMPTY, concat } from '#protocol/bytes';",
    to: `import { EMPTY, concat } from '#protocol/bytes';
import { padded } from '../modes/cbc.ts';
import { tagLength } from './bodies.ts';`,
  },
];

/** In every attack, these targets become what that one is; not in attacks that are tried on that one alone. */
function asGoodAs(
  other: string,
  ids: readonly string[],
  alone: readonly string[],
): Readonly<Record<string, Changed>> {
  const one = TARGETS.find(({ id }) => id === other) as (typeof TARGETS)[number];
  const attacks = ATTACKS.map(({ id }) => id).filter((id) => !alone.includes(id));
  return Object.fromEntries(
    attacks.map((id) => [id, Object.fromEntries(ids.map((target) => [target, expectedVerdict(id, one)]))]),
  );
}

/** Some of the attacks are played for each mutant; the whole matrix has the rest. */
function split(
  all: Readonly<Record<string, Changed>>,
  ...played: readonly string[]
): Pick<Mutant, 'changes' | 'also'> {
  const rows = Object.entries(all);
  return {
    changes: Object.fromEntries(rows.filter(([id]) => played.includes(id))),
    also: Object.fromEntries(rows.filter(([id]) => !played.includes(id))),
  };
}

const GCM = SUITES.filter(({ source }) => source === DEFAULT_SUITE.source);

export const LAYERS: readonly Mutant[] = [
  {
    without: 'the sealing of records',
    edits: UNSEALED,
    changes: { 'sniff-password': everySuite('succeeds') },
    also: {
      'sniff-token': everySuite('succeeds'),
      'reuse-read': everySuite('succeeds'),
      'flip-text': everySuite('succeeds'),
      'stale-token': everySuite('detected'),
      // Every tag is zero: what fits is the zero key, and the zero tag that it makes is accepted.
      'gcm-key': psk(GCM, 'failed'),
      'gcm-forge': psk(GCM, 'succeeds'),
      // Blocks that nobody decrypts.
      ...Object.fromEntries(
        ['padding-oracle', 'oracle-forge', 'forge-message', 'reuse-forge'].map((attack) => [
          attack,
          suites('detected', 'aes-256-cbc'),
        ]),
      ),
      'own-ca-careless': { 'tls+psk': 'succeeds' },
      'own-ca-trusted': { 'tls+psk': 'succeeds' },
    },
  },
  {
    without: 'TLS on its wire',
    edits: [{ file: 'server/protocol/wires.ts', from: "layers: ['tls'],", to: 'layers: [],' }],
    ...split(
      {
        ...asGoodAs(
          'plain',
          ['tls 1.2', 'tls 1.3'],
          ['crack-sha256', 'crack-bcrypt', 'time-tag-early', 'time-tag'],
        ),
        'downgrade-wire': { 'tls 1.2': 'succeeds', 'tls 1.3': 'succeeds' },
      },
      'sniff-password',
    ),
  },
  {
    without: 'TLS around psk',
    onlyWhole: true,
    edits: [{ file: 'server/protocol/wires.ts', from: "layers: ['tls', 'psk'],", to: "layers: ['psk']," }],
    ...split(
      asGoodAs('psk aes-256-gcm', ['tls+psk'], ['gcm-key', 'gcm-forge']),
      'leaked-psk',
      'guess-weak-psk',
    ),
  },
];
