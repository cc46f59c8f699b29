/** What the opener of lab 11 must do: with published values, with random keys, and with connections that were recorded. */
import type { Check } from '#judge/check';
import { inHex, mustBeBytes, mustEqual } from '#judge/failure';
import type { PieceObject } from '#judge/piece';
import type { Random } from '#judge/random';
import { mustThrow } from '#judge/refusals';
import { EMPTY, concat, fromHex, toHex } from '#protocol/bytes';
import { counted } from '#protocol/shown';
import { CONVERSATION, mustRead } from './conversations.ts';
import { KEY_LOG_CHECKS } from './key-log-checks.ts';
import { PUBLISHED } from './published.ts';
import {
  type Inner,
  type Keys,
  SUITES,
  compose,
  expandLabel,
  recordReal,
  sealRecord,
  trafficKeys,
} from './recording.ts';

const LABEL = 'expandLabel';
const KEYS = 'trafficKeys';
const OPEN = 'openRecord';
const LOOK = { wire: 'tls', filter: 'tls.type == "application_data"' };

export const CHECKS: readonly Check[] = [
  ...KEY_LOG_CHECKS,
  {
    id: 'published-labels',
    requires: 'Labels expand as in the handshake that RFC 8448 publishes.',
    why: 'Key, iv and every secret of TLS 1.3 come out of this one function.',
    about: LABEL,
    run: async ({ piece }) => {
      const rows = [
        ['c hs traffic', 'handshakeSecret', 'helloHash', 'clientHandshakeSecret'],
        ['s hs traffic', 'handshakeSecret', 'helloHash', 'serverHandshakeSecret'],
        ['key', 'serverHandshakeSecret', undefined, 'serverHandshakeKey'],
        ['iv', 'serverHandshakeSecret', undefined, 'serverHandshakeIv'],
      ] as const;
      for (const [label, secret, context, output] of rows) {
        const expected = fromHex(PUBLISHED[output]);
        const bytes = context === undefined ? EMPTY : fromHex(PUBLISHED[context]);
        const got = await piece.call(LABEL, fromHex(PUBLISHED[secret]), label, bytes, expected.length);
        mustBeBytes(got, expected, {
          what: `the expansion of "${label}"`,
          input: `secret ${PUBLISHED[secret]}`,
        });
      }
    },
  },
  {
    id: 'any-label',
    requires:
      'Any label, any context and any length up to 8,160 bytes expands as HKDF does, with SHA-256 and SHA-384.',
    why: 'Outputs longer than one hash are chained from blocks, and a mistake in it does not show in short ones.',
    about: LABEL,
    run: async ({ piece, random }) => {
      for (const length of [1, 12, 31, 32, 33, 48, 49, 100, 255, 256, 500, 8_160])
        for (const size of [32, 48]) {
          const secret = random.bytes(size);
          const label = `${random.word(random.between(1, 9))} ${random.word(4)}`;
          const context = random.bytes(random.between(0, 1) * random.between(1, 64));
          mustBeBytes(
            await piece.call(LABEL, secret, label, context, length),
            expandLabel(secret, label, context, length),
            {
              what: `the expansion to ${counted(length, 'byte')}, from a secret of ${size}`,
              input: `secret ${toHex(secret)}, label "${label}", context ${inHex(context)}`,
            },
          );
        }
    },
  },
  {
    id: 'traffic-keys',
    requires: 'A traffic secret gives the key and the iv of its suite; an unknown suite is refused.',
    why: 'AES-128 takes 16 bytes of key and AES-256 takes 32; the iv is 12 bytes long in both.',
    about: KEYS,
    run: async ({ piece, random }) => {
      for (const suite of Object.values(SUITES)) {
        const secret = random.bytes(suite.secret);
        const got = (await piece.call(KEYS, secret, suite.number)) as Partial<Keys> | undefined;
        const expected = trafficKeys(secret, suite);
        const input = `secret ${toHex(secret)}, suite 0x${suite.number.toString(16)}`;
        mustBeBytes(got?.key, expected.key, { what: 'key', input });
        mustBeBytes(got?.iv, expected.iv, { what: 'iv', input });
      }
      for (const suite of [0x1300, 0x1305, 0xc02f])
        await mustThrow(piece, {
          method: KEYS,
          args: [random.bytes(32), suite],
          what: `suite 0x${suite.toString(16)}`,
        });
    },
  },
  {
    id: 'published-record',
    requires: 'The application data of RFC 8448 opens under its published key.',
    why: 'A record that others have sealed and printed is the proof that you read what they write.',
    about: OPEN,
    look: LOOK,
    run: async ({ piece }) => {
      const keys = { key: fromHex(PUBLISHED.clientKey), iv: fromHex(PUBLISHED.clientIv) };
      const expected = { type: 23, bytes: Uint8Array.from({ length: 50 }, (_, i) => i) };
      await mustOpen(piece, { keys, sequence: 0, record: fromHex(PUBLISHED.clientRecord) }, expected);
    },
  },
  {
    id: 'sequence-numbers',
    requires: 'Every sequence number opens its record, the small and the large, up to 2^53 - 1.',
    why: 'The number is never sent: each side counts for itself, and the nonce is the iv XOR this number.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const numbers = [
        0,
        1,
        255,
        256,
        65_536,
        2 ** 31,
        2 ** 32 + 5,
        2 ** 40 + random.between(0, 999),
        2 ** 53 - 1,
      ];
      for (const sequence of numbers) {
        const [keys, inner] = [keysFrom(random), innerFrom(random)];
        await mustOpen(piece, { keys, sequence, record: sealRecord(keys, sequence, inner) }, inner);
      }
    },
  },
  {
    id: 'inner-type',
    requires: 'The type is the one inside: alert, handshake or application data, with or without content.',
    why: 'From outside every protected record says application data, so that Eve cannot tell them apart.',
    about: OPEN,
    look: LOOK,
    run: async ({ piece, random }) => {
      for (const type of [21, 22, 23])
        for (const length of [0, 1, 300]) {
          const [keys, inner] = [keysFrom(random), { type, bytes: random.bytes(length) }];
          await mustOpen(piece, { keys, sequence: 3, record: sealRecord(keys, 3, inner) }, inner);
        }
    },
  },
  {
    id: 'padding',
    requires: 'Zeros behind the type are padding and go; zeros in front of it are content and stay.',
    why: 'Padding hides lengths, and content may end in zeros, so only the last byte that is not zero is the type.',
    about: OPEN,
    run: async ({ piece, random }) => {
      for (const padding of [1, 2, 15, 16, 255, 1_000]) {
        const bytes = concat([random.bytes(random.between(0, 20)), new Uint8Array(random.between(1, 5))]);
        const [keys, inner] = [keysFrom(random), { type: random.pick([22, 23]), bytes, padding }];
        await mustOpen(piece, { keys, sequence: padding, record: sealRecord(keys, padding, inner) }, inner);
      }
    },
  },
  {
    id: 'all-zeros-refused',
    requires: 'A record that holds nothing but zeros is refused.',
    why: 'RFC 8446 §5.4 demands it: without a type there is nothing to hand on.',
    about: OPEN,
    run: async ({ piece, random }) => {
      await mustOpenOne(piece, random);
      for (const padding of [0, 1, 40]) {
        const keys = keysFrom(random);
        const record = sealRecord(keys, 0, { type: 0, bytes: EMPTY, padding });
        await mustThrow(piece, { method: OPEN, args: [keys, 0, record], what: 'a record of zeros' });
      }
    },
  },
  {
    id: 'changed-record-refused',
    requires: 'A record with one flipped bit behind its header, or one that was cut short, is refused.',
    why: 'A tool that shows what does not authenticate shows what Mallory wants you to see.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const { keys, record } = await mustOpenOne(piece, random);
      for (let at = 5; at < record.length; at++)
        await mustThrow(piece, {
          method: OPEN,
          args: [keys, 0, flipped(record, at, random)],
          what: `a record with a flipped bit in byte ${at}`,
        });
      for (const length of [record.length - 1, record.length - 4, 21, 20, 6, 5, 0])
        await mustThrow(piece, {
          method: OPEN,
          args: [keys, 0, record.slice(0, length)],
          what: `a record cut to ${counted(length, 'byte')}`,
        });
    },
  },
  {
    id: 'header-authenticated',
    requires: 'A record with a changed header is refused: type, version or length.',
    why: 'The header is the additional data of the AEAD: it is in the clear, and it must arrive as it was sent.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const { keys, record } = await mustOpenOne(piece, random);
      for (let at = 0; at < 5; at++)
        await mustThrow(piece, {
          method: OPEN,
          args: [keys, 0, flipped(record, at, random)],
          what: `a record with a flipped bit in byte ${at} of its header`,
        });
    },
  },
  {
    id: 'wrong-keys-refused',
    requires: 'Another key, another iv and another sequence number do not open a record.',
    why: 'The tag proves key and place at once: a record that is replayed or left out is noticed by its number.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const { keys, record } = await mustOpenOne(piece, random);
      const wrong: readonly (readonly [what: string, keys: Keys, sequence: number])[] = [
        ['another key', { ...keys, key: random.bytes(keys.key.length) }, 0],
        ['another iv', { ...keys, iv: flipped(keys.iv, random.between(0, 11), random) }, 0],
        ['number 1 instead of 0', keys, 1],
        ['number 2^32 instead of 0', keys, 2 ** 32],
      ];
      for (const [what, other, sequence] of wrong)
        await mustThrow(piece, {
          method: OPEN,
          args: [other, sequence, record],
          what: `a record under ${what}`,
        });
    },
  },
  {
    id: 'conversation',
    requires: 'A recorded connection gives what both sides said, however messages were cut and padded.',
    why: 'Keys change behind each Finished and the numbers begin again: one record too early or late, and nothing opens.',
    about: CONVERSATION,
    run: async ({ piece, random }) => {
      for (let i = 0; i < 8; i++)
        for (const [name, suite] of Object.entries(SUITES))
          await mustRead(piece, compose(random, suite), { what: `a connection with ${name}`, random });
    },
  },
  {
    id: 'real-connection',
    requires: 'A connection that OpenSSL has made over TCP is read from its key log, with each suite.',
    why: 'Now it is no exercise any more: this is what Wireshark does with a key log.',
    about: CONVERSATION,
    look: LOOK,
    run: async ({ piece, random }) => {
      for (const [name, suite] of Object.entries(SUITES))
        await mustRead(piece, await recordReal(random, suite), {
          what: `a real connection with ${name}`,
          random,
        });
      const [suite] = Object.values(SUITES);
      const retried = await recordReal(random, suite as (typeof SUITES)[keyof typeof SUITES], {
        retry: true,
      });
      await mustRead(piece, retried, {
        what: 'a connection whose server asked for another ClientHello',
        random,
      });
    },
  },
  {
    id: 'missing-secrets',
    requires: 'A key log without a secret of this connection is refused, and so is a wrong secret.',
    why: 'Secrets of another connection open nothing, and an empty answer would look like silence.',
    about: CONVERSATION,
    run: async ({ piece, random }) => {
      const recorded = compose(random, random.pick(Object.values(SUITES)));
      await mustRead(piece, recorded, { what: 'the connection with its own key log', random });
      const { records, keyLog } = recorded;
      const lines = keyLog.trimEnd().split('\n');
      const other = compose(random, random.pick(Object.values(SUITES))).keyLog;
      const logs: readonly (readonly [what: string, log: string])[] = [
        ['an empty key log', ''],
        ['the key log of another connection', other],
        ...lines.map((line) => {
          const [label = ''] = line.split(' ');
          return [`a key log without ${label}`, lines.filter((each) => each !== line).join('\n')] as const;
        }),
        ['a key log with another secret', keyLog.replace(/[0-9a-f]{8}$/m, () => toHex(random.bytes(4)))],
      ];
      for (const [what, log] of logs)
        await mustThrow(piece, { method: CONVERSATION, args: [records, log], what });
    },
  },
];

function keysFrom(random: Random): Keys {
  return { key: random.bytes(random.pick([16, 32])), iv: random.bytes(12) };
}

function innerFrom(random: Random): Inner {
  return { type: 23, bytes: random.bytes(random.between(1, 60)), padding: random.between(0, 3) };
}

interface Sealed {
  readonly keys: Keys;
  readonly sequence: number;
  readonly record: Uint8Array;
}

async function mustOpen(piece: PieceObject, { keys, sequence, record }: Sealed, inner: Inner): Promise<void> {
  const got = (await piece.call(OPEN, keys, sequence, record)) as Partial<Inner> | null | undefined;
  const of = `of record ${sequence}`;
  mustEqual(got?.type, inner.type, `type ${of}`);
  mustBeBytes(got?.bytes, inner.bytes, { what: `what ${OPEN} gives ${of}`, input: inHex(record) });
}

/** A record that the piece has shown it can open, so that a refusal of it means something. */
async function mustOpenOne(piece: PieceObject, random: Random): Promise<Sealed> {
  const [keys, inner] = [keysFrom(random), innerFrom(random)];
  const sealed = { keys, sequence: 0, record: sealRecord(keys, 0, inner) };
  await mustOpen(piece, sealed, inner);
  return sealed;
}

function flipped(bytes: Uint8Array, at: number, random: Random): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[at] = (changed[at] as number) ^ (1 << random.between(0, 7));
  return changed;
}
