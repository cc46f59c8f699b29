import type { Mutant } from '#judge/mutant';

const OPENED = 'const inner = Buffer.concat([decipher.update(ciphertext), decipher.final()]);';
const END = 'const end = inner.findLastIndex((byte) => byte !== 0);';
const LINE = '/^(\\w+) ([0-9a-f]{64}) ((?:[0-9a-f]{2})+)$/gim';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'only-known-labels',
    fails: 'key-log',
    edits: [[LINE, '/^(\\w+_TRAFFIC_SECRET\\w*) ([0-9a-f]{64}) ((?:[0-9a-f]{2})+)$/gim']],
  },
  {
    name: 'short-secrets-only',
    fails: 'key-log',
    edits: [[LINE, '/^(\\w+) ([0-9a-f]{64}) ([0-9a-f]{64})$/gim']],
  },
  {
    name: 'no-carriage-return',
    fails: 'key-log-noise',
    edits: [[LINE, '/^(\\w+) ([0-9a-f]{64}) ((?:[0-9a-f]{2})+)(?=\\n|$(?![^]))/gim']],
  },
  {
    name: 'small-hex-only',
    fails: 'key-log-noise',
    edits: [[LINE, '/^(\\w+) ([0-9a-f]{64}) ((?:[0-9a-f]{2})+)$/gm']],
  },
  {
    name: 'comments-are-entries',
    fails: 'key-log-noise',
    edits: [[LINE, '/^(?:# )?(\\w+) ([0-9a-f]{64}) ((?:[0-9a-f]{2})+)$/gim']],
  },
  {
    name: 'label-without-its-prefix',
    fails: 'published-labels',
    edits: [['`tls13 ${label}`', 'label']],
  },
  {
    name: 'context-forgotten',
    fails: 'published-labels',
    edits: [
      [
        'Buffer.concat([lengths, name, Buffer.from([context.length]), context])',
        'Buffer.concat([lengths, name, Buffer.from([0])])',
      ],
    ],
  },
  {
    name: 'length-of-one-byte',
    fails: 'any-label',
    edits: [['[length >> 8, length & 0xff, name.length]', '[0, length & 0xff, name.length]']],
  },
  {
    name: 'blocks-not-chained',
    fails: 'any-label',
    edits: [['createHmac(hash, secret).update(block).update(info)', 'createHmac(hash, secret).update(info)']],
  },
  {
    name: 'always-sha256',
    fails: 'any-label',
    edits: [["secret.length === 48 ? 'sha384' : 'sha256'", "'sha256'"]],
  },
  {
    name: 'key-always-of-32-bytes',
    fails: 'traffic-keys',
    edits: [['[0x1301, 16]', '[0x1301, 32]']],
  },
  {
    name: 'any-suite',
    fails: 'traffic-keys',
    edits: [
      [
        'const keyLength = KEY_LENGTHS.get(suite);',
        'const keyLength: number | undefined = KEY_LENGTHS.get(suite) ?? 16;',
      ],
    ],
  },
  {
    name: 'number-at-the-front-of-the-iv',
    fails: 'sequence-numbers',
    edits: [
      [
        'number.writeBigUInt64BE(BigInt(sequence), IV_LENGTH - 8);',
        'number.writeBigUInt64BE(BigInt(sequence), 0);',
      ],
    ],
  },
  {
    name: 'number-of-32-bits',
    fails: 'sequence-numbers',
    edits: [['BigInt(sequence)', 'BigInt(sequence >>> 0)']],
  },
  {
    name: 'number-added-instead-of-xor',
    fails: 'sequence-numbers',
    edits: [['byte ^ (iv[i] as number)', 'byte + (iv[i] as number)']],
  },
  {
    name: 'type-from-the-header',
    fails: 'inner-type',
    edits: [['type: inner[end] as number,', 'type: record[0] as number,']],
  },
  {
    name: 'padding-not-stripped',
    fails: 'padding',
    edits: [[END, 'const end = inner.length - 1;']],
  },
  {
    name: 'zeros-of-the-content-stripped',
    fails: 'padding',
    edits: [
      [
        'bytes: inner.subarray(0, end) }',
        'bytes: inner.subarray(0, inner.subarray(0, end).findLastIndex((byte) => byte !== 0) + 1) }',
      ],
    ],
  },
  {
    name: 'all-zeros-are-a-record',
    fails: 'all-zeros-refused',
    edits: [
      [
        "if (end === -1) throw new Error('the record has no type: all of it is padding');",
        'if (end === -1) return { type: 0, bytes: inner };',
      ],
    ],
  },
  {
    name: 'tag-ignored',
    fails: 'changed-record-refused',
    edits: [[OPENED, 'const inner = decipher.update(ciphertext);']],
  },
  {
    name: 'short-tag-accepted',
    fails: 'changed-record-refused',
    edits: [
      ['if (record.length < HEADER_LENGTH + TAG_LENGTH)', 'if (record.length < HEADER_LENGTH + 4)'],
      [
        'decipher.setAuthTag(record.subarray(-TAG_LENGTH));',
        'decipher.setAuthTag(record.subarray(-TAG_LENGTH, record.length - TAG_LENGTH + 4));',
      ],
    ],
  },
  {
    name: 'header-not-authenticated',
    fails: 'header-authenticated',
    edits: [
      [
        'decipher.setAAD(record.subarray(0, HEADER_LENGTH));',
        'decipher.setAAD(Buffer.from([23, 3, 3, (record.length - 5) >> 8, (record.length - 5) & 0xff]));',
      ],
    ],
  },
  {
    name: 'iv-alone-is-the-nonce',
    fails: 'wrong-keys-refused',
    edits: [['nonceOf(keys.iv, sequence)', 'nonceOf(keys.iv, 0)']],
  },
  {
    name: 'keys-of-the-other-side',
    fails: 'conversation',
    edits: [["{ c2s: 'CLIENT', s2c: 'SERVER' } as const", "{ c2s: 'SERVER', s2c: 'CLIENT' } as const"]],
  },
  {
    name: 'numbers-go-on-after-finished',
    fails: 'conversation',
    edits: [
      ["[undefined, keysOf('TRAFFIC_SECRET_0'), 0]", "[undefined, keysOf('TRAFFIC_SECRET_0'), sequence]"],
    ],
  },
  {
    name: 'new-keys-after-the-first-record',
    fails: 'real-connection',
    edits: [['if (!hasFinished(handshake)) continue;', '']],
  },
  {
    name: 'finished-must-begin-a-record',
    fails: 'conversation',
    edits: [['handshake = Buffer.concat([handshake, bytes]);', 'handshake = Buffer.from(bytes);']],
  },
  {
    name: 'finished-searched-anywhere',
    fails: 'conversation',
    edits: [['if (!hasFinished(handshake)) continue;', 'if (!handshake.includes(FINISHED)) continue;']],
  },
  {
    name: 'session-id-not-skipped',
    fails: 'real-connection',
    edits: [['39 + (answer[38] as number)', '39']],
  },
  {
    name: 'everything-is-said',
    fails: 'conversation',
    edits: [['if (type === APPLICATION_DATA) said.push(bytes);', 'said.push(bytes);']],
  },
  {
    name: 'first-entry-of-any-connection',
    fails: 'missing-secrets',
    edits: [
      [
        '.filter((entry) => clientRandom.equals(entry.clientRandom))',
        '.filter((entry) => clientRandom.length > 0 && entry)',
      ],
    ],
  },
  {
    name: 'silent-without-secrets',
    fails: 'missing-secrets',
    edits: [
      [
        'if (!found) throw new Error(`the key log has no ${label} for this connection`);',
        'if (!found) return { key: Buffer.alloc(0), iv: Buffer.alloc(0) };',
      ],
      [
        'const { type, bytes } = openRecord(keys, sequence++, record.bytes);',
        'if (keys.key.length === 0) continue;\n      const { type, bytes } = openRecord(keys, sequence++, record.bytes);',
      ],
    ],
  },
];
