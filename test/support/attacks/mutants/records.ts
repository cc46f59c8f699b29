/** Defences of the psk layer: its records, its keys and its handshake. */
import type { Edit } from '../mutant.ts';
import { type Mutant, everySuite, fixedKeys, numbered, sound, suites, tls } from './contract.ts';

const UNNUMBERED: Edit = {
  file: 'server/channel/psk/record-layer.ts',
  from: 'if (suite.numbered) this.#checkSequence(sequence);',
  to: '',
};
const UNCHECKED: Edit = {
  file: 'client/session/session.ts',
  from: '      this.#conversation.handle(parseServerMessage(payload));',
  to: `      let message;
      try { message = parseServerMessage(payload); } catch { continue; }
      this.#conversation.handle(message);`,
};
const UNMACED: Edit = {
  file: 'server/channel/modes/cbc.ts',
  from: 'if (!equalConstantTime(tagOf(iv, aad, ciphertext), sealed.subarray(split))) return undefined;',
  to: '',
};
/** What else can be done where nobody looks at counters. */
const WITHOUT_COUNTERS = {
  reorder: numbered('succeeds'),
  drop: numbered('succeeds'),
  // The chat still stores each message once.
  'replay-message': numbered('prevented'),
};

export const RECORDS: readonly Mutant[] = [
  {
    without: 'the check of the counters',
    edits: [UNNUMBERED],
    changes: WITHOUT_COUNTERS,
  },
  {
    without: 'the check of the counters, and the client’s of what a server may say',
    onlyWhole: true,
    edits: [UNNUMBERED, UNCHECKED],
    // The key of the other direction does not open it.
    changes: { reflect: { plain: 'prevented', ...fixedKeys('prevented') } },
    also: WITHOUT_COUNTERS,
  },
  {
    without: 'these two and a key for each direction',
    edits: [
      UNNUMBERED,
      UNCHECKED,
      {
        file: 'server/channel/psk/schedule.ts',
        from: 's2c: direction(labels.s2c),',
        to: 's2c: direction(labels.c2s),',
      },
    ],
    changes: { reflect: { plain: 'prevented', ...everySuite('prevented') } },
    also: WITHOUT_COUNTERS,
  },
  {
    without: 'the tag of AES-GCM and ChaCha20-Poly1305',
    edits: [
      {
        file: 'server/wires/ciphers-native.ts',
        from: '        decipher.final();\n        return asBytes(plain);',
        to: '        return asBytes(plain);',
      },
    ],
    changes: {
      'flip-text': suites(
        'succeeds',
        'aes-256-gcm',
        'chacha20-poly1305',
        'aes-256-gcm-static',
        'aes-256-gcm-fixed-nonce',
      ),
    },
    unmoved: ['reorder'],
  },
  {
    without: 'the tag of EAX',
    edits: [
      {
        file: 'server/channel/modes/eax.ts',
        from: 'if (!equalConstantTime(tagOf(start, aad, ciphertext), sealed.subarray(split))) return undefined;',
        to: '',
      },
    ],
    changes: { 'flip-text': suites('succeeds', 'aes-256-eax') },
  },
  {
    without: 'the MAC over CBC',
    edits: [UNMACED],
    // A changed block is garbage, which only the parser of messages refuses now. An oracle would also need keys that stay.
    changes: {},
    codes: { 'flip-text': suites('bad_utf8', 'aes-256-cbc-hmac-sha256') },
  },
  {
    without: 'a length of the tags of EAX and of the MAC over CBC: nothing is left to compare',
    edits: [
      { file: 'server/channel/modes/eax.ts', from: 'const TAG_LENGTH = 16;', to: 'const TAG_LENGTH = 0;' },
      {
        file: 'server/channel/modes/eax.ts',
        from: 'return tag;',
        to: 'return tag.subarray(0, TAG_LENGTH);',
      },
      {
        file: 'server/channel/psk/bodies.ts',
        from: "tag(\n    16,\n    'Authentication tag over nonce, header and ciphertext.",
        to: "tag(\n    0,\n    'Authentication tag over nonce, header and ciphertext.",
      },
      { file: 'server/channel/psk/suites.ts', from: 'tagLength: 32 })', to: 'tagLength: 0 })' },
      {
        file: 'server/channel/psk/bodies.ts',
        from: "tag(32, 'HMAC-SHA256",
        to: "tag(0, 'HMAC-SHA256",
      },
    ],
    changes: { 'flip-text': suites('succeeds', 'aes-256-eax') },
    codes: { 'flip-text': suites('bad_utf8', 'aes-256-cbc-hmac-sha256') },
    unmoved: ['replay-message'],
  },
  {
    without: 'the MAC over CBC, the keys of a session, and one answer for all records that do not open',
    onlyWhole: true,
    edits: [
      UNMACED,
      {
        file: 'server/channel/psk/suites.ts',
        from: '    ...SOUND,\n    id: 0x03,',
        to: "    ...SOUND, numbered: false, keys: 'static', refusal: 'bad_padding',\n    id: 0x03,",
      },
    ],
    changes: { 'padding-oracle': suites('succeeds', 'aes-256-cbc-hmac-sha256') },
    also: {
      'oracle-forge': suites('succeeds', 'aes-256-cbc-hmac-sha256'),
      reorder: suites('succeeds', 'aes-256-cbc-hmac-sha256'),
      drop: suites('succeeds', 'aes-256-cbc-hmac-sha256'),
      // The chat stores each message once, and her records do not open.
      'replay-message': suites('prevented', 'aes-256-cbc-hmac-sha256'),
      'forge-message': suites('prevented', 'aes-256-cbc-hmac-sha256'),
      'reuse-forge': suites('prevented', 'aes-256-cbc-hmac-sha256'),
    },
  },
  {
    without: 'the confirmation of the shared key',
    edits: [
      {
        file: 'server/channel/psk/handshake.ts',
        from: 'if (equalConstantTime(expected, got)) return;',
        to: 'if (equalConstantTime(expected, got) || got) return;',
      },
    ],
    // With session keys the first sealed record still does not open.
    changes: { 'replay-login': fixedKeys('succeeds') },
    unmoved: ['downgrade-suite'],
  },
  {
    without: 'a fresh nonce of the server',
    edits: [
      {
        file: 'server/channel/psk/handshake.ts',
        from: '    this.#suites = options.suites ?? SOUND_SUITES;\n    this.#nonce = options.random(NONCE_LENGTH);',
        to: '    this.#suites = options.suites ?? SOUND_SUITES;\n    this.#nonce = new Uint8Array(NONCE_LENGTH);',
      },
    ],
    changes: { 'replay-login': everySuite('succeeds') },
  },
  {
    without: 'the binding of the keys to the hello of the client, which also looks at its answer no more',
    edits: [
      {
        file: 'server/channel/psk/schedule.ts',
        from: 'return concat([clientHello, withoutConfirmation(serverHello)]);',
        to: 'return concat([clientHello.subarray(0, 0), withoutConfirmation(serverHello)]);',
      },
      {
        file: 'server/channel/psk/handshake.ts',
        from: 'const suite = this.#suites.find(({ id }) => id === hello.suite);',
        to: 'const suite = suiteById(hello.suite);',
      },
      {
        file: 'server/channel/psk/handshake.ts',
        from: 'import { DEFAULT_SUITE, SOUND_SUITES, type Suite }',
        to: 'import { DEFAULT_SUITE, SOUND_SUITES, type Suite, suiteById }',
      },
    ],
    changes: { 'downgrade-suite': sound('succeeds') },
  },
  {
    without: 'a nonce that differs from record to record',
    edits: [
      {
        file: 'server/channel/counter-nonce.ts',
        from: 'writeUint(counter, 0, 8, sequence);',
        to: 'writeUint(counter, 0, 8, sequence - sequence);',
      },
    ],
    changes: {
      'reuse-read': suites('succeeds', 'aes-256-gcm', 'chacha20-poly1305'),
      'gcm-key': suites('succeeds', 'aes-256-gcm'),
      'gcm-forge': suites('succeeds', 'aes-256-gcm'),
    },
    // The tag still stops what is forged without its key.
    unmoved: ['reuse-forge'],
  },
  {
    without: 'randomness in the nonces that are random',
    edits: [
      {
        file: 'server/channel/psk/record-cipher.ts',
        from: 'return random(nonceLength(this.suite.body));',
        to: 'return new Uint8Array(nonceLength(this.suite.body));',
      },
    ],
    changes: {
      'reuse-read': suites('succeeds', 'aes-256-eax', 'aes-256-gcm-static'),
      'gcm-key': suites('succeeds', 'aes-256-gcm-static'),
      'gcm-forge': suites('succeeds', 'aes-256-gcm-static'),
    },
  },
  {
    without: 'the alert that must come before the end, and without a word when a connection is lost',
    edits: [
      {
        file: 'server/channel/psk/channel.ts',
        from: "    if (this.#closed) return;\n    throw new RemoteProtocolError('record_truncated', {",
        to: "    if (this.#closed || this.#keyed) return;\n    throw new RemoteProtocolError('record_truncated', {",
      },
      {
        file: 'client/lib/connect/supervisor.ts',
        from: 'else if (!this.#switching) this.#reconnect(error);',
        to: "else if (error.code === 'connection_lost') this.#become({ state: 'closed' }); else this.#reconnect(error);",
      },
    ],
    changes: { truncate: { plain: 'succeeds', ...everySuite('succeeds'), ...tls('succeeds', 'succeeds') } },
  },
  {
    without: 'a comparison that looks at every byte',
    edits: [
      {
        file: 'server/protocol/bytes.ts',
        from: 'difference |= (a[i] as number) ^ (b[i] as number);',
        to: 'if (a[i] !== b[i]) return false;',
      },
    ],
    changes: { 'time-tag': { plain: 'succeeds' } },
  },
];
