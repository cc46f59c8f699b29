/** What two ends of lab 12 must agree on, and what everyone between them must not be able to do. */
import { createHash } from 'node:crypto';
import type { Check } from '#judge/check';
import { describe, fail, inHex, must, mustEqual } from '#judge/failure';
import { type PieceObject, PieceThrew } from '#judge/piece';
import type { Random } from '#judge/random';
import { mustThrow } from '#judge/refusals';
import { concat, fromHex, showUtf8, toHex, utf8 } from '#protocol/bytes';
import { counted } from '#protocol/shown';
import {
  type Identity,
  KEY_LENGTH,
  type Message,
  NONCE_LENGTH,
  TAG_LENGTH,
  identityFrom,
  keyOf,
  openOurselves,
  sealOurselves,
  sealUnder,
  secretOf,
  valuesOf,
  whatOpens,
} from './sealing.ts';

const MESSAGES = 1_000;

const CREATE = 'createIdentity';
const SEAL = 'sealFor';
const OPEN = 'openFrom';
const NUMBER = 'safetyNumber';
const LOOK = { wire: 'tls', filter: 'msg.type == "say"' };

/** u-coordinates of points of small order, RFC 7748 §6.1: with them, the secret is zeros whatever the private key is. */
const LOW_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

export const CHECKS: readonly Check[] = [
  {
    id: 'identities',
    requires:
      'An identity is a public key and the private key that belongs to it, 32 bytes each, new every time.',
    why: 'The private key is all that makes you you; one that anyone else has, or can guess, is worth nothing.',
    about: CREATE,
    run: async ({ piece, random }) => {
      const seen = new Set<string>();
      for (let i = 0; i < 5; i++) {
        const mine = await identityBy(piece);
        const other = identityFrom(random);
        must(toHex(secretOf(mine, other.publicKey)) === toHex(secretOf(other, mine.publicKey)), {
          what: 'the public key does not belong to the private key',
          got: inHex(mine.publicKey),
        });
        must(!seen.has(toHex(mine.privateKey)), { what: 'the same identity was created twice' });
        seen.add(toHex(mine.privateKey));
      }
    },
  },
  {
    id: 'sealed-layout',
    requires: 'What is sealed opens with the key of this direction, under the number of the message.',
    why: 'The other end may be somebody else’s program: both must agree on every byte.',
    about: SEAL,
    run: async ({ piece, random }) => {
      for (const number of [0, 7, 2 ** 32 + 1, 2 ** 52]) {
        const [me, them, text] = [await identityBy(piece), identityFrom(random), textFrom(random)];
        const sealed = await sealedBy(piece, { me, them: them.publicKey, number, text });
        const message = { me: them, them: me.publicKey, number };
        const opened = openOurselves(message, sealed);
        must(opened !== undefined, {
          what: `message ${number} does not open with the key of its direction and its number`,
          expected: 'nonce | ciphertext | tag, as at the top of your file',
          got: whatOpens(message, sealed),
          input: valuesOf(message),
        });
        mustEqual(opened, text, `the text of message ${number}`);
      }
    },
  },
  {
    id: 'opens-ours',
    requires: 'What another program has sealed opens to exactly its text.',
    why: 'Sealing and opening that share a mistake fit each other, and nobody else.',
    about: OPEN,
    run: async ({ piece, random }) => {
      for (const number of [0, 7, 2 ** 32 + 1]) {
        const [me, them, text] = [await identityBy(piece), identityFrom(random), textFrom(random)];
        const sealed = sealOurselves(
          { me: them, them: me.publicKey, number },
          random.bytes(NONCE_LENGTH),
          text,
        );
        const given = await piece.call(OPEN, me, them.publicKey, number, sealed).catch((error: unknown) => {
          if (!(error instanceof PieceThrew)) throw error;
          const input = valuesOf({ me, them: them.publicKey, number });
          return fail({ what: error.message, thrown: error.thrown, input });
        });
        mustEqual(given, text, `the text that ${OPEN} gives for message ${number}`);
      }
    },
  },
  {
    id: 'any-text',
    requires: 'Both can say anything to each other: an empty text, a long one, any script.',
    why: 'Ciphers work on bytes: a text must become UTF-8 before, and a text again only when all bytes are there.',
    about: SEAL,
    run: async ({ piece, random }) => {
      const [ana, ben] = [await identityBy(piece), await identityBy(piece)];
      for (const [number, text] of ['', 'grüße 🔑', 'שלום\0', `${random.word(5)}é`.repeat(400)].entries()) {
        await sealedAndOpened(piece, { me: ana, them: ben.publicKey, number, text }, ben);
        await sealedAndOpened(piece, { me: ben, them: ana.publicKey, number, text }, ana);
      }
    },
  },
  {
    id: 'server-reads-nothing',
    requires: 'Nothing of the text can be read in what the server relays.',
    why: 'On every wire the server decrypts what it receives: only what was sealed before stays closed to it.',
    about: SEAL,
    look: LOOK,
    run: async ({ piece, random }) => {
      const [me, them, text] = [await identityBy(piece), identityFrom(random), textFrom(random)];
      const sealed = await sealedBy(piece, { me, them: them.publicKey, number: 0, text });
      const what = 'the sealed message can be read';
      must(!showUtf8(sealed).includes(text.slice(0, 8)), { what, got: describe(showUtf8(sealed)) });
    },
  },
  {
    id: 'nonce-never-repeats',
    requires: `No nonce occurs twice in ${counted(MESSAGES, 'message')}, even under the same number.`,
    why: 'The key between two people stays the same for ever: a number may come again after a restart, a nonce must not.',
    about: SEAL,
    run: async ({ piece, random }) => {
      const [me, them, text] = [await identityBy(piece), identityFrom(random).publicKey, textFrom(random)];
      const given = await piece.each(
        SEAL,
        Array.from({ length: MESSAGES }, () => [me, them, 3, text]),
      );
      const nonces = given.map((sealed) =>
        toHex(bytesOf(sealed, utf8(text).length).subarray(0, NONCE_LENGTH)),
      );
      mustEqual(
        new Set(nonces).size,
        MESSAGES,
        `the number of different nonces in ${counted(MESSAGES, 'message')}`,
      );
    },
  },
  {
    id: 'reflection-refused',
    requires: 'A message that comes back to its sender is refused.',
    why: 'With one key for both directions, Mallory sends you your own words as if the other had said them.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const [ana, ben] = [await identityBy(piece), await identityBy(piece)];
      const message = { me: ana, them: ben.publicKey, number: 0, text: textFrom(random) };
      const sealed = await sealedAndOpened(piece, message, ben);
      const what = 'a message that ana sealed for ben, sent back to ana as if from ben,';
      await mustThrow(piece, { method: OPEN, args: [ana, ben.publicKey, 0, sealed], what });
    },
  },
  {
    id: 'only-between-these-two',
    requires: 'A message is refused by anybody else, and under the name of anybody else.',
    why: 'Who a message is from follows from the keys alone; what the server says about it can be a lie.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const [ana, ben, eve] = [await identityBy(piece), await identityBy(piece), await identityBy(piece)];
      const message = { me: ana, them: ben.publicKey, number: 0, text: textFrom(random) };
      const sealed = await sealedAndOpened(piece, message, ben);
      const tries = [
        ['a message for ben, opened by eve,', eve, ana.publicKey],
        ['a message from ana, relayed as one from eve,', ben, eve.publicKey],
        ['a message from ana, relayed as one from ben himself,', ben, ben.publicKey],
      ] as const;
      for (const [what, me, them] of tries)
        await mustThrow(piece, { method: OPEN, args: [me, them, 0, sealed], what });
    },
  },
  {
    id: 'replay-refused',
    requires: 'A message opens under its own number only.',
    why: 'The receiver expects the next number: what was recorded and is sent again has an old one.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const [ana, ben] = [await identityBy(piece), await identityBy(piece)];
      const message = { me: ana, them: ben.publicKey, number: 3, text: textFrom(random) };
      const sealed = await sealedAndOpened(piece, message, ben);
      for (const number of [0, 2, 4, 259, 2 ** 32 + 3]) {
        const what = `message 3, sent again as message ${number},`;
        await mustThrow(piece, { method: OPEN, args: [ben, ana.publicKey, number, sealed], what });
      }
    },
  },
  {
    id: 'changed-refused',
    requires: 'A message with one flipped bit is refused, whichever bit it is.',
    why: 'The server can change what it relays, as Mallory can.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const [ana, ben] = [await identityBy(piece), await identityBy(piece)];
      const message = { me: ana, them: ben.publicKey, number: 1, text: random.word(4) };
      const sealed = await sealedAndOpened(piece, message, ben);
      for (let bit = 0; bit < sealed.length * 8; bit++) {
        const what = `a message with bit ${bit % 8} of byte ${bit >> 3} flipped`;
        await mustThrow(piece, { method: OPEN, args: [ben, ana.publicKey, 1, flipped(sealed, bit)], what });
      }
    },
  },
  {
    id: 'cut-refused',
    requires: 'A message that was cut short is refused, and a tag of fewer than 16 bytes with it.',
    why: 'Node’s decipher takes a tag of 4 bytes if you let it, and 4 bytes can be guessed.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const [ana, ben] = [await identityBy(piece), await identityBy(piece)];
      for (const text of ['', random.word(3)]) {
        const sealed = await sealedAndOpened(piece, { me: ana, them: ben.publicKey, number: 1, text }, ben);
        for (let length = 0; length < sealed.length; length++) {
          const what = `a message cut from ${sealed.length} to ${counted(length, 'byte')}`;
          await mustThrow(piece, {
            method: OPEN,
            args: [ben, ana.publicKey, 1, sealed.subarray(0, length)],
            what,
          });
        }
      }
    },
  },
  {
    id: 'low-order-refused',
    requires: 'A public key with which every secret is zero is refused, to seal and to open.',
    why: 'Mallory sends such a key instead of a real one, and knows the secret without knowing any private key.',
    about: SEAL,
    run: async ({ piece, random }) => {
      const [me, other] = [await identityBy(piece), await identityBy(piece)];
      const text = textFrom(random);
      await sealedAndOpened(piece, { me, them: other.publicKey, number: 0, text }, other);
      for (const them of LOW_ORDER.map(fromHex)) {
        const what = `the public key ${inHex(them)}`;
        await mustThrow(piece, { method: SEAL, args: [me, them, 0, text], what });
        const direction = { sender: them, receiver: me.publicKey };
        const sealed = sealUnder(keyOf(new Uint8Array(KEY_LENGTH), direction), {
          number: 0,
          nonce: random.bytes(12),
          text,
        });
        await mustThrow(piece, {
          method: OPEN,
          args: [me, them, 0, sealed],
          what: `a message under ${what}`,
        });
      }
    },
  },
  {
    id: 'safety-number',
    requires: 'Both sides compute the same safety number, as it is defined.',
    why: 'They read it to each other over another way: if a third has given each of them a key of its own, it differs.',
    about: NUMBER,
    run: async ({ piece, random }) => {
      for (let i = 0; i < 40; i++) {
        const [ana, ben] = [random.bytes(KEY_LENGTH), random.bytes(KEY_LENGTH)];
        // Keys that begin alike are ordered by what comes later.
        if (i % 4 === 0) ben.set(ana.subarray(0, random.between(1, 31)));
        const [mine, theirs] = [await piece.call(NUMBER, ana, ben), await piece.call(NUMBER, ben, ana)];
        mustEqual(mine, numberOf(ana, ben), 'the safety number');
        mustEqual(theirs, mine as string, 'the safety number of the other side');
      }
    },
  },
  {
    id: 'safety-number-of-both',
    requires: 'The safety number changes with every bit of either key.',
    why: 'A number that leaves out a part of a key lets Mallory look for another key with the same rest.',
    about: NUMBER,
    run: async ({ piece, random }) => {
      const [ana, ben] = [random.bytes(KEY_LENGTH), random.bytes(KEY_LENGTH)];
      const number = await piece.call(NUMBER, ana, ben);
      must(typeof number === 'string' && /^\d{5}( \d{5}){7}$/.test(number), {
        what: 'the safety number does not have its form',
        expected: 'eight groups of five digits, with spaces between them',
        got: describe(number),
      });
      for (let bit = 0; bit < KEY_LENGTH * 8; bit++) {
        const pairs = { first: [flipped(ana, bit), ben], second: [ana, flipped(ben, bit)] };
        for (const [which, keys] of Object.entries(pairs)) {
          const what = `the safety number does not depend on bit ${bit % 8} of byte ${bit >> 3} of the ${which} key`;
          must((await piece.call(NUMBER, ...keys)) !== number, { what, got: number });
        }
      }
    },
  },
];

async function identityBy(piece: PieceObject): Promise<Identity> {
  const given = await piece.call(CREATE);
  const { publicKey, privateKey } = (given ?? {}) as Partial<Identity>;
  for (const [name, key] of Object.entries({ publicKey, privateKey })) {
    must(key instanceof Uint8Array && key.length === KEY_LENGTH, {
      what: `the ${name} of a new identity is not a key`,
      expected: counted(KEY_LENGTH, 'byte'),
      got: describe(key),
    });
  }
  return { publicKey, privateKey } as Identity;
}

async function sealedBy(
  piece: PieceObject,
  { me, them, number, text }: Message & { readonly text: string },
): Promise<Uint8Array> {
  return bytesOf(await piece.call(SEAL, me, them, number, text), utf8(text).length);
}

/** Sealed by the learner's code, which has shown that it can open it, so that a refusal means something. */
async function sealedAndOpened(
  piece: PieceObject,
  message: Message & { readonly text: string },
  receiver: Identity,
): Promise<Uint8Array> {
  const sealed = await sealedBy(piece, message);
  const given = await piece.call(OPEN, receiver, message.me.publicKey, message.number, sealed);
  mustEqual(given, message.text, `the text that ${OPEN} gives for what ${SEAL} made`);
  return sealed;
}

/** `length`: of the text, in bytes. */
function bytesOf(sealed: unknown, length: number): Uint8Array {
  const expected = NONCE_LENGTH + length + TAG_LENGTH;
  must(sealed instanceof Uint8Array && sealed.length === expected, {
    what: 'the sealed message does not have the length that its layout gives',
    expected: `${expected} bytes: 12 of nonce, ${length} of ciphertext, 16 of tag`,
    got: describe(sealed),
  });
  return sealed;
}

function numberOf(one: Uint8Array, other: Uint8Array): string {
  const keys = toHex(one) < toHex(other) ? [one, other] : [other, one];
  const digest = createHash('sha256')
    .update(concat([utf8('wireglass safety number'), ...keys]))
    .digest();
  const groups = Array.from({ length: 8 }, (_, i) => digest.readUInt32BE(4 * i) % 100_000);
  return groups.map((group) => String(group).padStart(5, '0')).join(' ');
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
  return changed;
}

function textFrom(random: Random): string {
  return `${random.word(9)} ${random.word(6)} é${random.between(100, 999)}`;
}
