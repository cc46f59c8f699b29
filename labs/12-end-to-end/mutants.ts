import type { Mutant } from '#judge/mutant';

const INFO = "const info = Buffer.concat([Buffer.from('wireglass e2e1'), sender, receiver]);";
const SECRET =
  'const secret = diffieHellman({ privateKey: privateKeyOf(me), publicKey: publicKeyOf(them) });';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'one-identity-for-everyone',
    fails: 'identities',
    edits: [
      [
        "const { x = '', d = '' } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });",
        "const { x = '', d = '' } = (once ??= generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' }));",
      ],
      ['const TAG_LENGTH = 16;', 'const TAG_LENGTH = 16;\nlet once: { x?: string; d?: string } | undefined;'],
    ],
  },
  {
    name: 'keys-that-do-not-belong-together',
    fails: 'identities',
    edits: [
      [
        "privateKey: Buffer.from(d, 'base64url') }",
        "privateKey: d === '' ? Buffer.alloc(0) : randomBytes(32) }",
      ],
    ],
  },
  {
    name: 'public-key-shown-as-private',
    fails: 'identities',
    edits: [
      [
        "privateKey: Buffer.from(d, 'base64url') }",
        "privateKey: Buffer.from(d === '' ? d : x, 'base64url') }",
      ],
    ],
  },
  {
    name: 'secret-used-as-the-key',
    fails: 'sealed-layout',
    edits: [
      [
        "return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), info, 32));",
        'return info.length > 0 ? secret : info;',
      ],
    ],
  },
  {
    name: 'one-key-for-both-directions',
    fails: 'reflection-refused',
    edits: [
      [
        INFO,
        "const info = Buffer.concat([Buffer.from('wireglass e2e1'), ...[sender, receiver].sort(Buffer.compare)]);",
      ],
    ],
  },
  {
    name: 'keys-not-bound-to-people',
    fails: 'reflection-refused',
    edits: [[INFO, "const info = Buffer.from(sender && receiver ? 'wireglass e2e1' : '');"]],
  },
  {
    name: 'keys-swapped-between-directions',
    fails: 'sealed-layout',
    edits: [
      ['sender: me.publicKey, receiver: them }', 'sender: them, receiver: me.publicKey }'],
      [
        'sender: them, receiver: me.publicKey });\n  const rest',
        'sender: me.publicKey, receiver: them });\n  const rest',
      ],
    ],
  },
  {
    name: 'number-not-bound',
    fails: 'replay-refused',
    edits: [['bytes.writeBigUInt64BE(BigInt(number));', 'bytes.writeBigUInt64BE(BigInt(number) * 0n);']],
  },
  {
    name: 'number-of-one-byte',
    fails: 'replay-refused',
    edits: [['bytes.writeBigUInt64BE(BigInt(number));', 'bytes[7] = number;']],
  },
  {
    name: 'number-of-four-bytes',
    fails: 'replay-refused',
    edits: [['bytes.writeBigUInt64BE(BigInt(number));', 'bytes.writeUInt32BE(number % 2 ** 32, 4);']],
  },
  {
    name: 'little-endian-number',
    fails: 'sealed-layout',
    edits: [['writeBigUInt64BE', 'writeBigUInt64LE']],
  },
  {
    name: 'nonce-from-the-number',
    fails: 'nonce-never-repeats',
    edits: [
      [
        'const nonce = randomBytes(NONCE_LENGTH);',
        'const nonce = Buffer.concat([Buffer.alloc(NONCE_LENGTH - 8), bytesOf(number)]);',
      ],
      ['  randomBytes,\n', ''],
    ],
  },
  {
    name: 'plaintext-relayed',
    fails: 'server-reads-nothing',
    edits: [
      [
        'return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);',
        'return Buffer.concat([nonce, Buffer.from(text.padEnd(ciphertext.length / 2)), cipher.getAuthTag()]);',
      ],
    ],
  },
  {
    name: 'sender-not-looked-at',
    fails: 'only-between-these-two',
    edits: [
      [SECRET, 'const secret = Buffer.from(receiver);'],
      [INFO, "const info = Buffer.from(me && them && sender ? 'wireglass e2e1' : '');"],
    ],
  },
  {
    name: 'tag-ignored',
    fails: 'changed-refused',
    edits: [
      [
        'Buffer.concat([decipher.update(rest.subarray(0, -TAG_LENGTH)), decipher.final()])',
        'decipher.update(rest.subarray(0, -TAG_LENGTH))',
      ],
    ],
  },
  {
    name: 'short-tag-accepted',
    fails: 'cut-refused',
    edits: [
      ["if (sealed.length < NONCE_LENGTH + TAG_LENGTH) throw new Error('too short');", ''],
      [
        'sealed.subarray(0, NONCE_LENGTH));\n',
        'sealed.subarray(0, NONCE_LENGTH), { authTagLength: Math.min(rest.length, TAG_LENGTH) });\n',
      ],
    ],
  },
  {
    name: 'low-order-accepted',
    fails: 'low-order-refused',
    edits: [
      [
        SECRET,
        'let secret = Buffer.alloc(32);\n  try {\n    secret = diffieHellman({ privateKey: privateKeyOf(me), publicKey: publicKeyOf(them) });\n  } catch {}',
      ],
    ],
  },
  {
    name: 'zero-key-alone-refused',
    fails: 'low-order-refused',
    edits: [
      [
        SECRET,
        "if (them.every((byte) => byte === 0)) throw new Error('zero');\n  let secret = Buffer.alloc(32);\n  try {\n    secret = diffieHellman({ privateKey: privateKeyOf(me), publicKey: publicKeyOf(them) });\n  } catch {}",
      ],
    ],
  },
  {
    name: 'latin1',
    fails: 'any-text',
    edits: [
      ["cipher.update(text, 'utf8')", "cipher.update(text, 'latin1')"],
      ["plain.toString('utf8')", "plain.toString('latin1')"],
    ],
  },
  {
    name: 'number-depends-on-the-side',
    fails: 'safety-number',
    edits: [['[one, other].sort((a, b) => Buffer.compare(a, b))', '[one, other]']],
  },
  {
    name: 'ordered-by-the-first-byte',
    fails: 'safety-number',
    edits: [['Buffer.compare(a, b)', '(a[0] ?? 0) - (b[0] ?? 0)']],
  },
  {
    name: 'number-of-one-key',
    fails: 'safety-number-of-both',
    edits: [
      ['for (const key of keys) hash.update(key);', 'for (const key of keys.slice(1)) hash.update(key);'],
    ],
  },
  {
    name: 'half-of-each-key',
    fails: 'safety-number-of-both',
    edits: [
      [
        'for (const key of keys) hash.update(key);',
        'for (const key of keys) hash.update(key.subarray(0, 16));',
      ],
    ],
  },
  {
    name: 'zeros-lost',
    fails: 'safety-number',
    edits: [["String(group).padStart(5, '0')", 'String(group)']],
  },
];
