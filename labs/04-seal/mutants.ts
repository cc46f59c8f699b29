import type { Mutant } from '#judge/mutant';

const LENGTH_CHECK = "if (bytes.length < NONCE_LENGTH + TAG_LENGTH) throw new Error('too short');";

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'plaintext-passed-through',
    fails: 'text-hidden',
    edits: [
      ['Buffer.concat([cipher.update(text, ', 'Buffer.concat([Buffer.from(text), cipher.update("", '],
      ['Buffer.concat([decipher.update(ciphertext), decipher.final()])', 'ciphertext'],
    ],
  },
  {
    name: 'base64-only',
    fails: 'text-hidden',
    edits: [["return Buffer.concat([nonce, ciphertext, tag]).toString('base64');", 'return btoa(text);']],
  },
  {
    name: 'fixed-nonce',
    fails: 'nonce-never-repeats',
    edits: [['const nonce = randomBytes(NONCE_LENGTH);', 'const nonce = Buffer.alloc(NONCE_LENGTH, 7);']],
  },
  {
    name: 'nonce-from-the-text',
    fails: 'same-text-looks-different',
    edits: [
      [
        'const nonce = randomBytes(NONCE_LENGTH);',
        'const nonce = Buffer.alloc(NONCE_LENGTH, text.length === 0 ? 1 : text);',
      ],
    ],
  },
  {
    name: 'nonce-of-the-clock',
    fails: 'nonce-never-repeats',
    edits: [
      [
        'const nonce = randomBytes(NONCE_LENGTH);',
        'const nonce = Buffer.alloc(NONCE_LENGTH); nonce.writeDoubleBE(Date.now(), 0);',
      ],
    ],
  },
  {
    name: 'nonce-from-a-hashed-counter',
    fails: 'nonce-never-repeats',
    edits: [
      [
        'const nonce = randomBytes(NONCE_LENGTH);',
        "const nonce = createHash('sha256').update(String(count++)).digest().subarray(0, NONCE_LENGTH);",
      ],
      ['const TAG_LENGTH = 16;', 'const TAG_LENGTH = 16;\nlet count = 0;'],
      ['createDecipheriv, randomBytes }', 'createDecipheriv, createHash }'],
    ],
  },
  {
    name: 'nonce-counts-from-zero',
    fails: 'nonce-never-repeats',
    edits: [
      [
        'const nonce = randomBytes(NONCE_LENGTH);',
        'const nonce = Buffer.alloc(NONCE_LENGTH); nonce.writeUInt32BE(count++, 8);',
      ],
      ['const TAG_LENGTH = 16;', 'const TAG_LENGTH = 16;\nlet count = 0;'],
    ],
  },
  {
    name: 'nonce-of-one-random-byte',
    fails: 'nonce-never-repeats',
    edits: [
      [
        'const nonce = randomBytes(NONCE_LENGTH);',
        'const nonce = Buffer.concat([randomBytes(2), Buffer.alloc(NONCE_LENGTH - 2)]);',
      ],
    ],
  },
  {
    name: 'tag-ignored',
    fails: 'flipped-bit-refused',
    edits: [
      ['Buffer.concat([decipher.update(ciphertext), decipher.final()])', 'decipher.update(ciphertext)'],
    ],
  },
  {
    name: 'only-a-part-of-the-tag-compared',
    fails: 'flipped-bit-refused',
    edits: [
      ['decipher.setAuthTag(tag);', 'decipher.setAuthTag(tag.subarray(0, 12));'],
      [
        "createDecipheriv('aes-256-gcm', key, nonce)",
        "createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 12 })",
      ],
    ],
  },
  {
    name: 'short-tag-accepted',
    fails: 'short-tag-refused',
    edits: [
      [LENGTH_CHECK, ''],
      [
        "createDecipheriv('aes-256-gcm', key, nonce)",
        "createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tag.length })",
      ],
    ],
  },
  {
    name: 'empty-tag-accepted',
    fails: 'short-tag-refused',
    edits: [
      [
        LENGTH_CHECK,
        "if (bytes.length === NONCE_LENGTH) return '';\n  if (bytes.length < 28) throw new Error('too short');",
      ],
    ],
  },
  {
    name: 'tag-of-12-bytes',
    fails: 'layout',
    edits: [
      ['const TAG_LENGTH = 16;', 'const TAG_LENGTH = 12;'],
      [
        "createCipheriv('aes-256-gcm', key, nonce)",
        "createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 12 })",
      ],
      [
        "createDecipheriv('aes-256-gcm', key, nonce)",
        "createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 12 })",
      ],
    ],
  },
  {
    name: 'tag-before-the-ciphertext',
    fails: 'layout',
    edits: [
      ['[nonce, ciphertext, tag]', '[nonce, tag, ciphertext]'],
      ['rest.subarray(0, -TAG_LENGTH)', 'rest.subarray(TAG_LENGTH)'],
      ['rest.subarray(-TAG_LENGTH)', 'rest.subarray(0, TAG_LENGTH)'],
    ],
  },
  {
    name: 'key-cut-to-128-bits',
    fails: 'layout',
    edits: [
      [
        "createCipheriv('aes-256-gcm', key, nonce)",
        "createCipheriv('aes-128-gcm', key.subarray(0, 16), nonce)",
      ],
      [
        "createDecipheriv('aes-256-gcm', key, nonce)",
        "createDecipheriv('aes-128-gcm', key.subarray(0, 16), nonce)",
      ],
    ],
  },
  {
    name: 'latin1',
    fails: 'any-text',
    edits: [
      ["cipher.update(text, 'utf8')", "cipher.update(text, 'latin1')"],
      [".toString('utf8')", ".toString('latin1')"],
    ],
  },
  {
    name: 'sealed-for-the-learner-only',
    fails: 'opens-ours',
    edits: [
      [".toString('utf8')", ".toString('utf8').slice(1)"],
      ["cipher.update(text, 'utf8')", "cipher.update(`.${text}`, 'utf8')"],
    ],
  },
  {
    name: 'key-not-used',
    fails: 'wrong-key-refused',
    edits: [
      [
        "createCipheriv('aes-256-gcm', key, nonce)",
        "createCipheriv('aes-256-gcm', Buffer.alloc(32, 1), nonce)",
      ],
      [
        "createDecipheriv('aes-256-gcm', key, nonce)",
        "createDecipheriv('aes-256-gcm', Buffer.alloc(32, 1), nonce)",
      ],
    ],
  },
  {
    name: 'characters-skipped',
    fails: 'only-base64',
    edits: [["if (bytes.toString('base64') !== sealed) throw new Error('not base64');", '']],
  },
  {
    name: 'nothing-instead-of-an-error',
    fails: 'flipped-bit-refused',
    edits: [
      [
        "return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');",
        "try { return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8'); } catch { return ''; }",
      ],
    ],
  },
  {
    name: 'error-tells-the-text',
    fails: 'errors-tell-nothing',
    edits: [
      [
        "return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');",
        "const text = decipher.update(ciphertext, undefined, 'utf8'); try { decipher.final(); } catch { throw new Error(`wrong tag for ${text}`); } return text;",
      ],
    ],
  },
  {
    name: 'error-tells-the-key',
    fails: 'errors-tell-nothing',
    edits: [
      [
        "return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');",
        "try { return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8'); } catch { throw new Error(`cannot open with ${Buffer.from(key).toString('hex')}`); }",
      ],
    ],
  },
];
