/** What the keys and the records of lab 06 must be: byte for byte what the real channel makes. `channel-checks.ts` has the rest. */
import type { Bench, Check } from '#judge/check';
import { must, mustBeBytes } from '#judge/failure';
import { type PieceObject, mustHaveMethods } from '#judge/piece';
import { mustThrow } from '#judge/refusals';
import { pureCiphers } from '#channel/ciphers-pure';
import { counterNonce } from '#channel/counter-nonce';
import { type SessionKeys, deriveSessionKeys, extractSecret } from '#channel/psk/schedule';
import { encodeHeader } from '#channel/psk/record-layer';
import { DEFAULT_SUITE } from '#channel/psk/suites';
import { concat, utf8 } from '#protocol/bytes';
import { CHANNEL_CHECKS } from './channel-checks.ts';
import { type Connection, slipOf } from './key-slips.ts';

const DATA = 0x17;
const ALERT = 0x15;
const TAG = 16;
const SEALER = 'createSealer';
const OPENER = 'createOpener';
const HEADER = [
  { name: 'type', start: 0, end: 1 },
  { name: 'length', start: 1, end: 4 },
  { name: 'sequence', start: 4, end: 12 },
] as const;

type Random = Bench['random'];

export const CHECKS: readonly Check[] = [
  {
    id: 'nonce-reuse-read',
    requires: 'The text under a nonce that was used twice is read with the help of one text that is known.',
    why: 'The same key and nonce give the same key stream: XOR removes it, and no key is needed.',
    about: 'readReusedNonce',
    run: async ({ piece, random }) => {
      const [key, nonce] = [random.bytes(32), random.bytes(12)];
      for (const [known, other] of [
        [40, 40],
        [40, 12],
        [12, 40],
      ] as const) {
        const [first, second] = [random.bytes(known), random.bytes(other)];
        const [one, two] = [first, second].map((text) =>
          sealed(key, nonce, new Uint8Array(0), text).subarray(0, text.length),
        );
        const read = await piece.call('readReusedNonce', first, one, two);
        mustBeBytes(read, second.subarray(0, Math.min(known, other)), { what: 'the text that was read' });
      }
    },
  },
  {
    id: 'keys',
    requires: 'The keys of a connection are those of the specification.',
    why: 'Both sides must come to the same keys without sending them.',
    about: 'deriveKeys',
    run: async ({ piece, random }) => {
      for (let i = 0; i < 3; i++) await mustDerive(piece, connection(random));
    },
  },
  {
    id: 'keys-of-a-connection',
    requires: 'Another nonce, of the client or of the server, and another hello give other keys everywhere.',
    why: 'A record of yesterday does not open today when today’s keys are others: that is what stops a replay into a new connection.',
    about: 'deriveKeys',
    run: async ({ piece, random }) => {
      const first = connection(random);
      const others = [
        { ...first, clientNonce: random.bytes(32) },
        { ...first, serverNonce: random.bytes(32) },
        { ...first, hellos: concat([first.hellos, Uint8Array.of(1)]) },
      ];
      for (const each of [first, ...others]) await mustDerive(piece, each);
    },
  },
  {
    id: 'sealed-record',
    requires:
      'A record is its header, the ciphertext and the tag, sealed with AES-256-GCM; the header is authenticated.',
    why: 'Only a record that is the same to the bit can be opened by somebody else’s program.',
    about: SEALER,
    run: async ({ piece, random }) => {
      const { key, iv, sealer } = await sealerOf({ piece, random });
      const plain = random.bytes(random.between(1, 60));
      await mustSeal(sealer, { key, iv, type: DATA, sequence: 0, plain });
    },
  },
  {
    id: 'numbers-count',
    requires:
      'The records of a direction are numbered from 0, and the number is XORed into the end of the iv.',
    why: 'A number that is off by one means a nonce that was used before, or a record that the other side refuses.',
    about: SEALER,
    run: async ({ piece, random }) => {
      const { key, iv, sealer } = await sealerOf({ piece, random });
      for (let sequence = 0; sequence < 300; sequence++)
        await mustSeal(sealer, { key, iv, type: DATA, sequence, plain: random.bytes(sequence % 7) });
    },
  },
  {
    id: 'any-type',
    requires: 'Records of any type are sealed, also empty ones and those of 64 KiB.',
    why: 'The end of a conversation is sealed, too: otherwise Mallory could end it in anyone’s name.',
    about: SEALER,
    run: async ({ piece, random }) => {
      const { key, iv, sealer } = await sealerOf({ piece, random });
      const records = [
        { type: ALERT, plain: Uint8Array.of(0) },
        { type: DATA, plain: new Uint8Array(0) },
        { type: DATA, plain: random.bytes(65_536) },
      ];
      for (const [sequence, record] of records.entries())
        await mustSeal(sealer, { key, iv, sequence, ...record });
    },
  },
  {
    id: 'opens',
    requires: 'Records that the real channel has sealed are opened, in order.',
    why: 'You write one end of the wire; the other end is somebody else’s.',
    about: OPENER,
    run: async ({ piece, random }) => {
      const { key, iv, opener } = await openerOf({ piece, random });
      for (let sequence = 0; sequence < 300; sequence++) {
        const plain = random.bytes(sequence % 50);
        const got = await opener.call('open', recordOf({ key, iv, type: DATA, sequence, plain }));
        mustBeBytes(got, plain, { what: `the plain bytes of record ${sequence}` });
      }
    },
  },
  {
    id: 'replay-refused',
    requires: 'A record that was opened before is refused, and the next one is still opened.',
    why: 'Mallory records "pay 10" and sends it again: the tag fits, and only the number gives her away.',
    about: OPENER,
    run: async ({ piece, random }) => {
      const { key, iv, opener } = await openerOf({ piece, random });
      const plain = random.bytes(9);
      const record = (sequence: number): Uint8Array => recordOf({ key, iv, type: DATA, sequence, plain });
      await opener.call('open', record(0));
      await mustThrow(opener, { method: 'open', args: [record(0)], what: 'a record that was opened before' });
      await opener.call('open', record(1));
      for (const old of [0, 1])
        await mustThrow(opener, { method: 'open', args: [record(old)], what: 'a record from the past' });
      mustBeBytes(await opener.call('open', record(2)), plain, { what: 'the next record' });
    },
  },
  {
    id: 'order-kept',
    requires: 'A record that comes too early is refused, and the one whose turn it is is still opened.',
    why: 'Dropping and reordering change what a conversation says as much as a changed word does.',
    about: OPENER,
    run: async ({ piece, random }) => {
      const { key, iv, opener } = await openerOf({ piece, random });
      const record = (sequence: number) =>
        recordOf({ key, iv, type: DATA, sequence, plain: utf8(`number ${sequence}`) });
      await mustThrow(opener, { method: 'open', args: [record(1)], what: 'record 1 before record 0' });
      await mustThrow(opener, { method: 'open', args: [record(256)], what: 'record 256 before record 0' });
      mustBeBytes(await opener.call('open', record(0)), utf8('number 0'), { what: 'record 0' });
    },
  },
  {
    id: 'flipped-bit-refused',
    requires:
      'A record with one flipped bit, in its header or after it, is refused, and the right one is still opened.',
    why: 'The header is not encrypted, but it is authenticated: a changed type or number must not pass.',
    about: OPENER,
    run: async ({ piece, random }) => {
      const { key, iv, opener } = await openerOf({ piece, random });
      const plain = random.bytes(5);
      const record = recordOf({ key, iv, type: DATA, sequence: 0, plain });
      for (let bit = 0; bit < record.length * 8; bit++) {
        const changed = Uint8Array.from(record);
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
        await mustThrow(opener, {
          method: 'open',
          args: [changed],
          what: `a record with bit ${bit & 7} of byte ${bit >> 3} flipped`,
        });
      }
      mustBeBytes(await opener.call('open', record), plain, { what: 'the record as it was sealed' });
    },
  },
  {
    id: 'cut-refused',
    requires: 'A record that is cut anywhere is refused, also one whose tag is short.',
    why: 'A library may accept a tag of four bytes when it is not told how long tags are: then one guess in 2^32 is right.',
    about: OPENER,
    run: async ({ piece, random }) => {
      const { key, iv, opener } = await openerOf({ piece, random });
      for (const size of [0, 20]) {
        const record = recordOf({ key, iv, type: DATA, sequence: 0, plain: random.bytes(size) });
        for (let length = 0; length < record.length; length++)
          await mustThrow(opener, {
            method: 'open',
            args: [record.subarray(0, length)],
            what: `a record of ${record.length} bytes cut after ${length}`,
          });
      }
    },
  },
  {
    id: 'directions-differ',
    requires: 'A record of one direction is refused in the other: the two have different keys.',
    why: 'With one key for both, Mallory sends your own words back to you, and they open.',
    about: 'deriveKeys',
    run: async ({ piece, random }) => {
      const keys = await mustDerive(piece, connection(random));
      const [sealer, opener] = [await piece.call(SEALER, keys.c2s), await piece.call(OPENER, keys.s2c)];
      mustHaveMethods(sealer, ['seal'], `${SEALER}({ key, iv })`);
      mustHaveMethods(opener, ['open'], `${OPENER}({ key, iv })`);
      const record = await sealer.call('seal', DATA, random.bytes(10));
      must(record instanceof Uint8Array, 'seal() must return bytes');
      await mustThrow(opener, { method: 'open', args: [record], what: 'a record of the other direction' });
    },
  },
  ...CHANNEL_CHECKS,
];

function connection(random: Random): Connection {
  return {
    key: random.bytes(32),
    clientNonce: random.bytes(32),
    serverNonce: random.bytes(32),
    hellos: random.bytes(random.between(90, 140)),
  };
}

/** The keys that the real channel derives. Throws unless the piece derives the same. */
async function mustDerive(piece: PieceObject, given: Connection): Promise<SessionKeys> {
  const { key, clientNonce, serverNonce, hellos } = given;
  const prk = extractSecret(DEFAULT_SUITE, key, clientNonce, serverNonce);
  const expected = deriveSessionKeys(prk, hellos, DEFAULT_SUITE);
  const got = (await piece.call('deriveKeys', given)) as Partial<SessionKeys> | undefined;
  const slip = slipOf(given, got?.c2s?.key);
  must(slip === undefined, `c2s.key is what comes out if ${slip ?? ''}`);
  for (const direction of ['c2s', 's2c'] as const)
    for (const part of ['key', 'iv'] as const)
      mustBeBytes(got?.[direction]?.[part], expected[direction][part], { what: `${direction}.${part}` });
  for (const part of ['serverConfirmKey', 'clientConfirmKey'] as const)
    mustBeBytes(got?.[part], expected[part], { what: part });
  return expected;
}

interface Parts {
  readonly piece: PieceObject;
  readonly random: Random;
}

async function sealerOf({ piece, random }: Parts) {
  const [key, iv] = [random.bytes(32), random.bytes(12)];
  const sealer = await piece.call(SEALER, { key, iv });
  mustHaveMethods(sealer, ['seal'], `${SEALER}({ key, iv })`);
  return { key, iv, sealer };
}

async function openerOf({ piece, random }: Parts) {
  const [key, iv] = [random.bytes(32), random.bytes(12)];
  const opener = await piece.call(OPENER, { key, iv });
  mustHaveMethods(opener, ['open'], `${OPENER}({ key, iv })`);
  return { key, iv, opener };
}

interface PlainRecord {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly type: number;
  readonly sequence: number;
  readonly plain: Uint8Array;
}

async function mustSeal(sealer: PieceObject, record: PlainRecord): Promise<void> {
  const expected = recordOf(record);
  const fields = [
    ...HEADER,
    { name: 'ciphertext', start: 12, end: expected.length - TAG },
    { name: 'tag', start: expected.length - TAG, end: expected.length },
  ];
  const got = await sealer.call('seal', record.type, record.plain);
  mustBeBytes(got, expected, { what: `record ${record.sequence}`, fields });
}

/** A record as the real channel seals it. */
function recordOf({ key, iv, type, sequence, plain }: PlainRecord): Uint8Array {
  const header = encodeHeader(type, plain.length + TAG, sequence);
  return concat([header, sealed(key, counterNonce(iv, sequence), header, plain)]);
}

function sealed(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array): Uint8Array {
  const { ciphertext, tag } = pureCiphers.aes256gcm(key).seal(nonce, aad, plain);
  return concat([ciphertext, tag]);
}
