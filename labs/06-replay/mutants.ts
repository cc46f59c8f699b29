import type { Mutant } from '#judge/mutant';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'reuse-without-the-known-text',
    fails: 'nonce-reuse-read',
    edits: [['(knownText[i] as number) ^ (its[i] as number)', '(its[i] as number)']],
  },
  {
    name: 'salt-swapped',
    fails: 'keys',
    edits: [['[clientNonce, serverNonce]', '[serverNonce, clientNonce]']],
  },
  {
    name: 'directions-swapped',
    fails: 'keys',
    edits: [
      ["derive('c2s key', 32), iv: derive('c2s iv', 12)", "derive('s2c key', 32), iv: derive('s2c iv', 12)"],
    ],
  },
  {
    name: 'hellos-not-bound',
    fails: 'keys-of-a-connection',
    edits: [['.update(hellos)', '.update(new Uint8Array(0))']],
  },
  {
    name: 'server-nonce-ignored',
    fails: 'keys-of-a-connection',
    edits: [['[clientNonce, serverNonce]', '[clientNonce]']],
  },
  {
    name: 'counter-from-one',
    fails: 'numbers-count',
    edits: [
      [
        'export function createSealer({ key, iv }: Direction) {\n  let sequence = 0;',
        'export function createSealer({ key, iv }: Direction) {\n  let sequence = 1;',
      ],
    ],
  },
  {
    name: 'same-nonce-for-ever',
    fails: 'numbers-count',
    edits: [
      [
        "const cipher = createCipheriv('aes-256-gcm', key, nonceOf(iv, sequence));",
        "const cipher = createCipheriv('aes-256-gcm', key, iv);",
      ],
    ],
  },
  {
    name: 'header-not-authenticated',
    fails: 'sealed-record',
    edits: [['      cipher.setAAD(header);\n', '']],
  },
  {
    name: 'replay-accepted',
    fails: 'replay-refused',
    edits: [
      ['!== BigInt(sequence)', '> BigInt(sequence)'],
      [
        'nonceOf(iv, sequence));\n      decipher',
        'nonceOf(iv, Number(header.readBigUInt64BE(4))));\n      decipher',
      ],
    ],
  },
  {
    name: 'gaps-accepted',
    fails: 'order-kept',
    edits: [
      ['!== BigInt(sequence)', '< BigInt(sequence)'],
      [
        'nonceOf(iv, sequence));\n      decipher',
        'nonceOf(iv, Number(header.readBigUInt64BE(4))));\n      decipher',
      ],
    ],
  },
  {
    name: 'refused-record-counts',
    fails: 'flipped-bit-refused',
    edits: [
      [
        '      const decipher = createDecipheriv',
        '      sequence += 1;\n      const decipher = createDecipheriv',
      ],
      ['key, nonceOf(iv, sequence));\n      decipher', 'key, nonceOf(iv, sequence - 1));\n      decipher'],
      [
        '      // Only a record that is whole counts: one that was refused must not move the number on.\n      sequence += 1;\n',
        '',
      ],
    ],
  },
  {
    name: 'short-tag-accepted',
    fails: 'cut-refused',
    edits: [['header.length < HEADER_LENGTH || body.length < TAG_LENGTH', 'header.length < HEADER_LENGTH']],
  },
  {
    name: 'tag-ignored',
    fails: 'flipped-bit-refused',
    edits: [
      [
        'decipher.update(body.subarray(0, -TAG_LENGTH)), decipher.final()',
        'decipher.update(body.subarray(0, -TAG_LENGTH))',
      ],
    ],
  },
  {
    name: 'one-key-for-both',
    fails: 'directions-differ',
    edits: [
      [
        "s2c: { key: derive('s2c key', 32), iv: derive('s2c iv', 12) }",
        "s2c: { key: derive('c2s key', 32), iv: derive('c2s iv', 12) }",
      ],
    ],
  },
];
