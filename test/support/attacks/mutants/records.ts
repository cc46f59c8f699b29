/** Defences of the psk layer: its records, its keys and its handshake. */
import { type Mutant, everySuite, fixedKeys, numbered, sound, suites, tls } from './contract.ts';

export const RECORDS: readonly Mutant[] = [
  {
    without: 'the check of the counters',
    edits: [
      {
        file: 'server/channel/psk/record-layer.ts',
        from: 'if (suite.numbered) this.#checkSequence(sequence);',
        to: '',
      },
    ],
    changes: {
      reorder: numbered('succeeds'),
      drop: numbered('succeeds'),
      // The chat still stores each message once.
      'replay-message': numbered('prevented'),
    },
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
