/** What the attacks and the mending of lab 05 must do. */
import { cbc } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Check } from '#judge/check';
import { describe, inHex, must, mustBeBytes, mustEqual } from '#judge/failure';
import type { PieceObject } from '#judge/piece';
import type { Random } from '#judge/random';
import { mustThrow } from '#judge/refusals';
import type { Thrown } from '#judge/values';
import { concat, equalConstantTime, fromUtf8, toHex, utf8 } from '#protocol/bytes';
import { counted } from '#protocol/shown';
import { BLOCK, READ, encrypt, mustRead, mustReadTricky } from './oracles.ts';

const KEY_LENGTH = 32;
const MAC_LENGTH = 32;
const MESSAGES = 2_000;
/** For each byte of ciphertext: every value once, and some left to look twice. */
const QUESTIONS = 260;

const FLIP = 'flipText';
const SEAL = 'sealAndAuthenticate';
const OPEN = 'openAuthenticated';
const LOOK = { wire: 'psk', filter: 'psk.iv' };

export const CHECKS: readonly Check[] = [
  {
    id: 'text-flipped',
    requires: 'A message whose beginning is known says something else afterwards, without the key.',
    why: 'CBC hides a text and does not protect it: what Mallory changes in the IV changes in the first block.',
    about: FLIP,
    look: LOOK,
    run: async ({ piece, random }) => {
      const tail = random.word(5);
      for (const [was, wanted] of [
        ['pay ana 10 euro', 'pay eve 99 euro'],
        [random.word(16), random.word(16)],
        ['grün', 'käse'],
        ['yes', 'no!'],
      ] as const) {
        const key = keyFrom(random);
        const changed = await piece.call(
          FLIP,
          encrypt(key, random.bytes(BLOCK), utf8(was + tail)),
          was,
          wanted,
        );
        mustEqual(decrypted(key, changed), wanted + tail, 'what the changed message decrypts to');
      }
    },
  },
  {
    id: 'rest-kept',
    requires: 'Only the IV changes: every block of ciphertext stays, and so does the rest of the text.',
    why: 'A changed block of ciphertext decrypts to 16 random bytes, which the receiver would notice.',
    about: FLIP,
    run: async ({ piece, random }) => {
      const [key, was, wanted] = [keyFrom(random), random.word(9), random.word(9)];
      const tail = random.word(60);
      const sealed = encrypt(key, random.bytes(BLOCK), utf8(was + tail));
      const changed = await piece.call(FLIP, sealed, was, wanted);
      must(changed instanceof Uint8Array, {
        what: 'the changed message is not bytes',
        got: describe(changed),
      });
      mustBeBytes(changed.subarray(BLOCK), sealed.subarray(BLOCK), { what: 'the ciphertext behind the IV' });
      mustEqual(decrypted(key, changed), wanted + tail, 'what the changed message decrypts to');
    },
  },
  {
    id: 'impossible-refused',
    requires:
      'A change that the IV cannot make is refused: texts of different lengths, or longer than a block.',
    why: 'A bit flip cannot make a text longer, and the IV reaches 16 bytes; half a change would be noticed.',
    about: FLIP,
    run: async ({ piece, random }) => {
      const [key, was] = [keyFrom(random), random.word(9)];
      const sealed = encrypt(key, random.bytes(BLOCK), utf8(was + random.word(30)));
      const wanted = random.word(9);
      must(decrypted(key, await piece.call(FLIP, sealed, was, wanted))?.startsWith(wanted) === true, {
        what: 'a change that the IV can make was not made',
        input: `${was} to ${wanted}`,
      });
      for (const [from, to] of [
        [was, wanted.slice(1)],
        ['hello', 'héllo'],
        [random.word(17), random.word(17)],
      ] as const)
        await mustThrow(piece, {
          method: FLIP,
          args: [sealed, from, to],
          what: `the change of ${from} to ${to}`,
        });
    },
  },
  {
    id: 'oracle-reads',
    requires: 'A text is read through the oracle alone, which says no more than whether a padding is right.',
    why: 'One bit of answer for each question is enough: this has broken TLS, ASP.NET and many others.',
    about: READ,
    look: { wire: 'psk', filter: 'psk.code == "bad_padding"' },
    run: async ({ piece, random }) => {
      await mustRead(piece, random, { text: `${random.word(6)} ${random.between(10, 99)}` });
    },
  },
  {
    id: 'every-padding',
    requires: 'It works whatever the padding is: one byte, a whole block, and a text that is empty.',
    why: 'A text that fills its last block gets a whole block of padding; the last byte says how much there is.',
    about: READ,
    run: async ({ piece, random }) => {
      for (const length of [0, 15, 16]) await mustRead(piece, random, { text: random.word(length) });
    },
  },
  {
    id: 'two-right-answers',
    requires: 'It is not misled when two values of the last byte give a right padding.',
    why: 'Besides 01, the padding 02 02 is right, too: a program that takes the first answer is wrong once in a while.',
    about: READ,
    run: async ({ piece, random }) => {
      await mustRead(piece, random, { text: `${random.word(14)}\x02` });
      await mustReadTricky(piece, random);
    },
  },
  {
    id: 'many-blocks',
    requires: 'A text of several blocks is read as a whole, in any script.',
    why: 'Each block is attacked alone, with the one before it in place of the IV.',
    about: READ,
    run: async ({ piece, random }) => {
      await mustRead(piece, random, { text: `${random.word(8)}é${random.word(9)}🔑 ${random.word(2)}` });
    },
  },
  {
    id: 'few-questions',
    requires: `The oracle is asked at most ${QUESTIONS} times for each byte.`,
    why: 'Every question is a connection that somebody may notice; and all values of two bytes are 65,536.',
    about: READ,
    run: async ({ piece, random }) => {
      const text = random.word(9);
      const questions = await mustRead(piece, random, { text });
      const most = QUESTIONS * BLOCK;
      must(questions <= most, {
        what: 'the oracle was asked too often',
        expected: `at most ${counted(most, 'question')} for ${BLOCK} bytes`,
        got: counted(questions, 'question'),
      });
    },
  },
  {
    id: 'sealed-layout',
    requires: 'A sealed message is IV, ciphertext and an HMAC over both, each under its own key.',
    why: 'The receiver checks the MAC of exactly these bytes; the IV belongs to them, because it changes the text.',
    about: SEAL,
    run: async ({ piece, random }) => {
      for (const text of ['', 'grüße 🔑', random.word(16), random.word(200)]) {
        const keys = keysFrom(random);
        mustEqual(openOurselves(keys, await sealedBy(piece, keys, text)), text, 'the text that was sealed');
      }
    },
  },
  {
    id: 'opens-ours',
    requires: 'A message that another program has sealed opens to exactly its text.',
    why: 'Sealing and opening that share a mistake fit each other, and nobody else.',
    about: OPEN,
    run: async ({ piece, random }) => {
      // Its last block begins in the middle of a letter.
      const letters = `${random.word(3)}é€🔒`.repeat(2);
      for (const text of ['', 'grüße 🔑', random.word(16), random.word(200), letters]) {
        const keys = keysFrom(random);
        const given = await piece.call(
          OPEN,
          keys.enc,
          keys.mac,
          sealOurselves(keys, random.bytes(BLOCK), utf8(text)),
        );
        mustEqual(given, text, `the text that ${OPEN} gives for a message that we sealed`);
      }
    },
  },
  {
    id: 'iv-never-repeats',
    requires: `No IV occurs twice in ${counted(MESSAGES, 'message')}.`,
    why: 'With the same IV, two texts that begin alike have ciphertexts that begin alike.',
    about: SEAL,
    look: LOOK,
    run: async ({ piece, random }) => {
      const { enc, mac } = keysFrom(random);
      const text = random.word(8);
      const given = await piece.each(
        SEAL,
        Array.from({ length: MESSAGES }, () => [enc, mac, text]),
      );
      const seen = new Set<string>();
      for (const sealed of given) {
        must(sealed instanceof Uint8Array && sealed.length >= 2 * BLOCK + MAC_LENGTH, {
          what: 'a sealed message has at least an IV, a block and a MAC',
          got: describe(sealed),
        });
        const iv = sealed.subarray(0, BLOCK);
        must(!seen.has(toHex(iv)), { what: 'an IV occurs twice', got: inHex(iv) });
        seen.add(toHex(iv));
      }
      must(seen.size === MESSAGES, { what: 'messages are missing', got: String(seen.size) });
    },
  },
  {
    id: 'changed-refused',
    requires: 'A sealed message with one flipped bit, or under other keys, is refused.',
    why: 'This is what stops both attacks: Mallory cannot make a message that anyone decrypts.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const keys = keysFrom(random);
      const sealed = await sealedAndOpened(piece, keys, random.word(12));
      for (let bit = 0; bit < sealed.length * 8; bit++) {
        const what = `a message with bit ${bit % 8} of byte ${bit >> 3} (${fieldOf(bit >> 3, sealed.length)}) flipped`;
        await mustThrow(piece, { method: OPEN, args: [keys.enc, keys.mac, flipped(sealed, bit)], what });
      }
      const [other, what] = [keyFrom(random), 'a message sealed under another MAC key'];
      await mustThrow(piece, { method: OPEN, args: [keys.enc, other, sealed], what });
    },
  },
  {
    id: 'cut-refused',
    requires:
      'A message that was cut short or made longer is refused, and a MAC of fewer than 32 bytes with it.',
    why: 'A comparison that stops at the shorter of the two takes an empty MAC for right.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const keys = keysFrom(random);
      const { enc, mac } = keys;
      const sealed = await sealedAndOpened(piece, keys, random.word(20));
      for (let length = sealed.length - 1; length >= 0; length--) {
        const what = `a message cut from ${sealed.length} to ${counted(length, 'byte')}`;
        await mustThrow(piece, { method: OPEN, args: [enc, mac, sealed.subarray(0, length)], what });
      }
      for (const more of [concat([sealed, random.bytes(1)]), concat([sealed, random.bytes(BLOCK)])])
        await mustThrow(piece, {
          method: OPEN,
          args: [enc, mac, more],
          what: 'a message with bytes behind its MAC',
        });
    },
  },
  {
    id: 'one-error',
    requires: 'Whatever is wrong, the error is the same: wrong MAC, wrong padding, wrong length.',
    why: 'Two errors that can be told apart are an oracle, and you have seen what it is worth.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const keys = keysFrom(random);
      const sealed = await sealedAndOpened(piece, keys, random.word(20));
      const bad = badPadding(keys, random);
      const faults: Record<string, Uint8Array> = {
        'a wrong MAC': flipped(sealed, sealed.length * 8 - 1),
        'a changed IV': flipped(sealed, 0),
        'a wrong padding under a right MAC': bad,
        'no whole block under a right MAC': authenticated(keys, random.bytes(BLOCK + 5)),
        'nothing but an IV under a right MAC': authenticated(keys, random.bytes(BLOCK)),
        'a message of 7 bytes': sealed.subarray(0, 7),
      };
      let first: { readonly what: string; readonly said: string } | undefined;
      for (const [what, message] of Object.entries(faults)) {
        const thrown = await mustThrow(piece, { method: OPEN, args: [keys.enc, keys.mac, message], what });
        const said = saidBy(thrown);
        first ??= { what, said };
        must(said === first.said, {
          what: `the error for ${what} is not the one for ${first.what}`,
          expected: first.said,
          got: said,
        });
      }
    },
  },
];

interface Keys {
  readonly enc: Uint8Array;
  readonly mac: Uint8Array;
}

function keyFrom(random: Random): Uint8Array {
  return random.bytes(KEY_LENGTH);
}

function keysFrom(random: Random): Keys {
  return { enc: keyFrom(random), mac: keyFrom(random) };
}

/** The text of an IV and ciphertext, or `undefined`. */
function decrypted(key: Uint8Array, message: unknown): string | undefined {
  if (!(message instanceof Uint8Array)) return undefined;
  try {
    return fromUtf8(cbc(key, message.subarray(0, BLOCK)).decrypt(message.subarray(BLOCK)));
  } catch {
    return undefined;
  }
}

async function sealedBy(piece: PieceObject, { enc, mac }: Keys, text: string): Promise<Uint8Array> {
  const sealed = await piece.call(SEAL, enc, mac, text);
  const blocks = Math.floor(utf8(text).length / BLOCK) + 1;
  const expected = BLOCK + blocks * BLOCK + MAC_LENGTH;
  must(sealed instanceof Uint8Array && sealed.length === expected, {
    what: 'the sealed message does not have the length that its layout gives',
    expected: `${expected} bytes: 16 of IV, ${blocks * BLOCK} of ciphertext, 32 of MAC`,
    got: describe(sealed),
  });
  return sealed;
}

/** Sealed by the learner's code, which has shown that it can open it, so that a refusal means something. */
async function sealedAndOpened(piece: PieceObject, keys: Keys, text: string): Promise<Uint8Array> {
  const sealed = await sealedBy(piece, keys, text);
  const given = await piece.call(OPEN, keys.enc, keys.mac, sealed);
  mustEqual(given, text, `the text that ${OPEN} gives for what ${SEAL} made`);
  return sealed;
}

function openOurselves({ enc, mac }: Keys, sealed: Uint8Array): string | undefined {
  const end = sealed.length - MAC_LENGTH;
  const body = sealed.subarray(0, end);
  must(equalConstantTime(hmac(sha256, mac, body), sealed.subarray(end)), {
    what: 'the last 32 bytes are not the HMAC-SHA256 of all bytes before them, under the MAC key',
    expected: inHex(hmac(sha256, mac, body)),
    got: inHex(sealed.subarray(end)),
  });
  return decrypted(enc, body);
}

function sealOurselves(keys: Keys, iv: Uint8Array, plain: Uint8Array): Uint8Array {
  return authenticated(keys, encrypt(keys.enc, iv, plain));
}

function authenticated({ mac }: Keys, body: Uint8Array): Uint8Array {
  return concat([body, hmac(sha256, mac, body)]);
}

/** A message whose MAC is right and whose padding is not. */
function badPadding(keys: Keys, random: Random): Uint8Array {
  const iv = random.bytes(BLOCK);
  const plain = concat([random.bytes(BLOCK - 1), Uint8Array.of(0)]);
  return authenticated(keys, concat([iv, cbc(keys.enc, iv, { disablePadding: true }).encrypt(plain)]));
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
  return changed;
}

function fieldOf(at: number, length: number): string {
  if (at < BLOCK) return 'IV';
  return at < length - MAC_LENGTH ? 'ciphertext' : 'MAC';
}

function saidBy({ name, message, code }: Thrown): string {
  return code === undefined ? `${name}: ${message}` : `${name} ${code}: ${message}`;
}
