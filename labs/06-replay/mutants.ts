import type { Mutant } from '#judge/mutant';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'reuse-without-the-known-text',
    fails: 'nonce-reuse-read',
    edits: [['byte ^ (its[i] as number) ^ (knownText[i] as number)', 'byte ^ (its[i] as number)']],
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
    edits: [['`), sha256(hellos)]', '`), sha256(new Uint8Array(0))]']],
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
        "const cipher = crypto.createCipheriv('aes-256-gcm', key, nonceOf(iv, sequence));",
        "const cipher = crypto.createCipheriv('aes-256-gcm', key, iv);",
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
        '      const decipher = crypto.createDecipheriv',
        '      sequence += 1;\n      const decipher = crypto.createDecipheriv',
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
  {
    name: 'opens-without-proof',
    fails: 'proof-first',
    edits: [
      [
        "      if (!isSame(record, session.clientFinished)) throw new Error('the client has another key');\n",
        '',
      ],
    ],
  },
  {
    name: 'proof-compared-by-its-first-byte',
    fails: 'proof-first',
    edits: [['isSame(record, session.clientFinished)', 'record[12] === session.clientFinished[12]']],
  },
  {
    name: 'sends-before-the-proof',
    fails: 'proof-first',
    edits: [["if (!session || state !== 'open') throw", 'if (!session) throw']],
  },
  {
    name: 'nonce-of-the-program',
    fails: 'fresh-nonce',
    edits: [
      ['const serverNonce = crypto.randomBytes(32);', 'const serverNonce = ONCE;'],
      ['const VERSION = 1;', 'const VERSION = 1;\nconst ONCE = crypto.randomBytes(32);'],
    ],
  },
  {
    name: 'nonce-fixed',
    fails: 'replayed-connection-refused',
    edits: [['crypto.randomBytes(32)', 'Buffer.alloc(32, 7)']],
  },
  {
    name: 'first-key-for-everyone',
    fails: 'key-by-id',
    edits: [['sharedKeys.find(({ id }) => id === keyId.toString())', 'sharedKeys[0]']],
  },
  {
    name: 'unknown-key-gets-the-first',
    fails: 'strangers-refused',
    edits: [['id === keyId.toString())', 'id === keyId.toString()) ?? sharedKeys[0]']],
  },
  {
    name: 'any-version',
    fails: 'strangers-refused',
    edits: [['body[0] !== VERSION || ', '']],
  },
  {
    name: 'suite-not-looked-at',
    fails: 'strangers-refused',
    edits: [[' || !body.subarray(34, 34 + suites).includes(SUITE)', '']],
  },
  {
    name: 'key-id-length-ignored',
    fails: 'strangers-refused',
    edits: [['!shared || body[34 + suites] !== keyId.length', '!shared']],
  },
  {
    name: 'length-not-capped',
    fails: 'strangers-refused',
    edits: [["    if (end > HEADER_LENGTH + longest) throw new Error('the record is too long');\n", '']],
  },
  {
    name: 'sealed-length-not-capped',
    fails: 'bad-records-refused',
    edits: [["state === 'open' ? LONGEST_PLAIN + TAG_LENGTH", "state === 'open' ? 0xffffff"]],
  },
  {
    name: 'one-record-a-push',
    fails: 'conversation',
    edits: [['(kept = Buffer.concat([kept, bytes]))', '(kept = Buffer.from(bytes))']],
  },
  {
    name: 'long-text-in-one-record',
    fails: 'conversation',
    edits: [
      ['at += LONGEST_PLAIN)\n', 'at += plain.length)\n'],
      ['plain.subarray(at, at + LONGEST_PLAIN)', 'plain'],
    ],
  },
  {
    name: 'alert-in-the-clear',
    fails: 'goodbye',
    edits: [["      if (session && was === 'open') return session.sealer.seal(TYPE.alert, alert);\n", '']],
  },
  {
    name: 'code-of-the-alert-ignored',
    fails: 'goodbye',
    edits: [['Uint8Array.of(code)', 'Uint8Array.of(0)']],
  },
  {
    name: 'goes-on-after-the-alert',
    fails: 'goodbye',
    edits: [["    state = 'over';\n    return { kind: 'closed' };", "    return { kind: 'closed' };"]],
  },
  {
    name: 'confirmations-swapped',
    fails: 'handshake',
    edits: [['hmac(keys.serverConfirmKey', 'hmac(keys.clientConfirmKey']],
  },
  {
    name: 'directions-of-the-channel-swapped',
    fails: 'conversation',
    edits: [
      ['createSealer(keys.s2c)', 'createSealer(keys.c2s)'],
      ['createOpener(keys.c2s)', 'createOpener(keys.s2c)'],
    ],
  },
  {
    name: 'rest-of-a-push-forgotten',
    fails: 'glued-records',
    edits: [['kept = kept.subarray(end);', 'kept = Buffer.alloc(0);']],
  },
];
