/**
 * Takes a defence out of the code and plays the attacks that it is about: exactly the cells change that it explains. So every cell
 * that says detected or prevented is known to be able to say something else.
 */
import { describe, expect, it } from 'vitest';
import { expectedVerdict } from '#attacks/expected';
import { TARGETS } from '#attacks/targets';
import { SOUND_SUITES, WEAK_SUITES } from '#channel/psk/suites';
import { type Edit, playMutant } from '../support/attacks/mutant.ts';

interface Mutant {
  readonly without: string;
  readonly edits: readonly Edit[];
  /** By attack and target; all other cells of these attacks stay as they are. */
  readonly changes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Attacks about something else, which stay as they are. */
  readonly unmoved?: readonly string[];
}

const psk = (suites: readonly { readonly name: string }[], verdict: string): Record<string, string> =>
  Object.fromEntries(suites.map(({ name }) => [`psk ${name}`, verdict]));
const sound = (verdict: string): Record<string, string> => psk(SOUND_SUITES, verdict);
const weak = (verdict: string): Record<string, string> => psk(WEAK_SUITES, verdict);
const tls = (verdict: string, inside = 'prevented'): Record<string, string> => ({
  'tls 1.2': verdict,
  'tls 1.3': verdict,
  'tls+psk': inside,
});

const MUTANTS: readonly Mutant[] = [
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
      reorder: sound('succeeds'),
      drop: sound('succeeds'),
      // The chat still stores each message once.
      'replay-message': sound('prevented'),
    },
    unmoved: ['flip-text', 'reflect'],
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
      'flip-text': psk(
        [{ name: 'aes-256-gcm' }, { name: 'chacha20-poly1305' }, { name: 'aes-256-gcm-static' }],
        'succeeds',
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
    changes: { 'flip-text': { 'psk aes-256-eax': 'succeeds' } },
    unmoved: ['replay-message'],
  },
  {
    without: 'the check of the chain of certificates, of dates and of names',
    edits: [
      {
        file: 'client/lib/connect/dial.ts',
        from: 'rejectUnauthorized: true,',
        to: 'rejectUnauthorized: false,',
      },
    ],
    changes: {
      'own-ca': tls('succeeds'),
      'certificate-expired': tls('succeeds'),
      'certificate-not-yet': tls('succeeds'),
      'certificate-wrong-host': tls('succeeds'),
      'certificate-self-signed': tls('succeeds'),
    },
    unmoved: ['own-ca-pinned', 'downgrade-tls'],
  },
  {
    without: 'the check of the name in a certificate',
    edits: [
      {
        file: 'client/lib/connect/dial.ts',
        from: 'checkServerIdentity: (_, certificate) => checkIdentity(servername, certificate),',
        to: 'checkServerIdentity: () => undefined,',
      },
    ],
    changes: { 'certificate-wrong-host': tls('succeeds') },
    unmoved: ['own-ca', 'certificate-expired', 'certificate-not-yet'],
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
    changes: { 'replay-login': weak('succeeds') },
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
    changes: { 'replay-login': { ...sound('succeeds'), ...weak('succeeds') } },
    unmoved: ['replay-message'],
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
    unmoved: ['replay-login'],
  },
  {
    without: 'forward secrecy in TLS 1.2',
    edits: [
      {
        file: 'server/wires/tls-policy.ts',
        from: "'ECDHE-ECDSA-AES256-GCM-SHA384',",
        to: "'AES256-GCM-SHA384',",
      },
    ],
    changes: { 'leaked-server-key': { 'tls 1.2': 'succeeds' } },
    unmoved: ['leaked-psk'],
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
    changes: { 'reuse-read': psk([{ name: 'aes-256-gcm' }, { name: 'chacha20-poly1305' }], 'succeeds') },
    // The tag still stops what is forged.
    unmoved: ['reuse-forge'],
  },
];

describe('the matrix', () => {
  it.each(MUTANTS)('shows what is missing without $without', { timeout: 180_000 }, async (mutant) => {
    const { edits, changes, unmoved = [] } = mutant;
    const attacks = [...Object.keys(changes), ...unmoved];
    const cells = await playMutant(edits, attacks);
    const wanted = attacks.flatMap((attack) =>
      TARGETS.map((target) => [
        attack,
        target.id,
        changes[attack]?.[target.id] ?? expectedVerdict(attack, target),
      ]),
    );
    const order = (a: readonly string[], b: readonly string[]): number => a.join().localeCompare(b.join());
    expect(cells.map(([attack, target, verdict]) => [attack, target, verdict]).sort(order)).toEqual(
      wanted.sort(order),
    );
    expect(wanted).not.toEqual([]);
  });

  it('is played with edits that fit', async () => {
    const edit = { file: 'server/channel/modes/eax.ts', from: 'no such line', to: '' };
    await expect(playMutant([edit], ['flip-text'])).rejects.toThrow('has this 0 times: no such line');
  });
});
