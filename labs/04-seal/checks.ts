/** What the sealing of lab 04 must do. */
import { gcm } from '@noble/ciphers/aes.js';
import { fromBase64, toBase64 } from '#judge/base64';
import type { Check } from '#judge/check';
import { describe, fail, inHex, must, mustEqual } from '#judge/failure';
import type { PieceObject } from '#judge/piece';
import type { Random } from '#judge/random';
import { mustThrow } from '#judge/refusals';
import { concat, fromUtf8, showUtf8, toHex, utf8 } from '#protocol/bytes';
import { counted } from '#protocol/shown';

const KEY_LENGTH = 32;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const MESSAGES = 10_000;
/** Messages under the same key after the piece was loaded again. */
const AFTER_RESTART = 100;

const SEAL = 'encryptMessage';
const OPEN = 'decryptMessage';
const LOOK = { wire: 'psk', filter: 'psk.type == "data"' };

export const CHECKS: readonly Check[] = [
  {
    id: 'layout',
    requires:
      'A sealed text is base64 of nonce, ciphertext and tag, and opens with AES-256-GCM under the key.',
    why: 'The other side may be somebody else’s program: both must agree on every byte.',
    about: SEAL,
    look: LOOK,
    run: async ({ piece, random }) => {
      const [key, text] = [keyFrom(random), textFrom(random)];
      mustEqual(openOurselves(key, await seal(piece, key, text), text), text, 'the text that was sealed');
    },
  },
  {
    id: 'opens-ours',
    requires: 'A text that another program has sealed opens to exactly that text.',
    why: 'Sealing and opening that share a mistake fit each other, and nobody else.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const [key, text] = [keyFrom(random), textFrom(random)];
      const sealed = sealOurselves(key, random.bytes(NONCE_LENGTH), text);
      mustEqual(
        await piece.call(OPEN, key, sealed),
        text,
        `the text that ${OPEN} gives for one that we sealed`,
      );
    },
  },
  {
    id: 'any-text',
    requires: 'Every text comes back as it was: empty, long, in any script, with emoji.',
    why: 'Ciphers work on bytes: a text must become UTF-8 before, and a text again only when all bytes are there.',
    about: SEAL,
    run: async ({ piece, random }) => {
      const key = keyFrom(random);
      const texts = ['', 'a', 'grüße, 你好, שלום', '👩‍👩‍👧 \0\n"\\', `${random.word(3)}é€🔒`.repeat(500)];
      for (const text of texts) {
        const sealed = await seal(piece, key, text);
        const what = `the text of ${counted(utf8(text).length, 'byte')} that was sealed`;
        mustEqual(openOurselves(key, sealed, text), text, what);
        mustEqual(await piece.call(OPEN, key, sealed), text, `what ${OPEN} gives for it`);
      }
    },
  },
  {
    id: 'text-hidden',
    requires: 'Nothing of the text can be read in what is sealed.',
    why: 'Base64 is not encryption: anyone can undo it, and sees what is below.',
    about: SEAL,
    look: LOOK,
    run: async ({ piece, random }) => {
      const [key, text] = [keyFrom(random), textFrom(random)];
      const sealed = await seal(piece, key, text);
      const bytes = bytesOf(sealed);
      const word = text.slice(0, 8);
      const places = { 'the sealed text': sealed, 'the bytes of the sealed text': showUtf8(bytes) };
      for (const [place, shown] of Object.entries(places))
        must(!shown.includes(word), {
          what: `${place} can be read`,
          expected: 'nothing of it',
          got: describe(shown),
        });
    },
  },
  {
    id: 'same-text-looks-different',
    requires: 'The same text, sealed twice under the same key, gives two different results.',
    why: 'If it did not, Eve would see that somebody says the same again, and could keep a list of what it means.',
    about: SEAL,
    run: async ({ piece, random }) => {
      const key = keyFrom(random);
      for (const text of ['', 'yes', textFrom(random)]) {
        const [first, second] = [await seal(piece, key, text), await seal(piece, key, text)];
        const what = `${JSON.stringify(text)} was sealed twice, and both look the same`;
        must(first !== second, { what, expected: 'two different texts', got: first });
      }
    },
  },
  {
    id: 'nonce-never-repeats',
    requires: `No nonce occurs twice in ${counted(MESSAGES, 'message')} under one key, nor after a restart.`,
    why: 'Two texts under one nonce give away their difference, and the means to forge: GCM is broken by one repetition.',
    about: SEAL,
    run: async ({ piece, again, random }) => {
      const [key, text] = [keyFrom(random), textFrom(random)];
      const calls = Array.from({ length: MESSAGES }, () => [key, text]);
      const given = await piece.each(SEAL, calls);
      must(given.length === MESSAGES, `there were ${MESSAGES} calls of ${SEAL}, and ${given.length} answers`);
      const restarted = await again();
      const later = await restarted.each(SEAL, calls.slice(0, AFTER_RESTART));
      mustNotRepeat([...given, ...later].map((sealed) => bytesOf(sealed).subarray(0, NONCE_LENGTH)));
    },
  },
  {
    id: 'flipped-bit-refused',
    requires: 'A sealed text with one flipped bit is refused, whichever bit it is.',
    why: 'GCM encrypts like a stream cipher: without the tag, Mallory flips a bit of the text by flipping one on the wire.',
    about: OPEN,
    look: LOOK,
    run: async ({ piece, random }) => {
      const [key, text] = [keyFrom(random), textFrom(random)];
      const bytes = bytesOf(await sealedAndOpened(piece, key, text));
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const what = `a sealed text with bit ${bit % 8} of byte ${bit >> 3} (${fieldOf(bit >> 3, bytes.length)}) flipped`;
        await mustThrow(piece, { method: OPEN, args: [key, toBase64(withFlipped(bytes, bit))], what });
      }
    },
  },
  {
    id: 'short-tag-refused',
    requires: 'A sealed text that was cut short is refused, and a tag of fewer than 16 bytes with it.',
    why: 'A tag of one byte is guessed in 256 tries; Node’s decipher itself takes one of 4 bytes if you let it.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const key = keyFrom(random);
      for (const text of ['', textFrom(random)]) {
        const bytes = bytesOf(await sealedAndOpened(piece, key, text));
        for (let length = bytes.length - 1; length >= 0; length--) {
          const what = `a sealed text cut from ${bytes.length} to ${counted(length, 'byte')}`;
          await mustThrow(piece, { method: OPEN, args: [key, toBase64(bytes.subarray(0, length))], what });
        }
      }
    },
  },
  {
    id: 'wrong-key-refused',
    requires: 'What was sealed under one key is refused under any other.',
    why: 'The tag proves that the sender has the key; nothing else in the message does.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const key = keyFrom(random);
      const sealed = await sealedAndOpened(piece, key, textFrom(random));
      for (const other of [keyFrom(random), withFlipped(key, 0), withFlipped(key, KEY_LENGTH * 8 - 1)])
        await mustThrow(piece, {
          method: OPEN,
          args: [other, sealed],
          what: 'a text sealed under another key',
        });
    },
  },
  {
    id: 'only-base64',
    requires: 'A text with a character that base64 does not have is refused.',
    why: 'Node’s decoder skips such characters: one message would have many forms, and lists of what was seen miss it.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const key = keyFrom(random);
      const sealed = await sealedAndOpened(piece, key, textFrom(random));
      for (const character of ['*', '!', 'é', '{', '\0', '🔒']) {
        const at = random.between(1, sealed.length - 4);
        const changed = sealed.slice(0, at) + character + sealed.slice(at);
        const what = `a sealed text with ${JSON.stringify(character)} inserted`;
        await mustThrow(piece, { method: OPEN, args: [key, changed], what, input: changed });
      }
      for (const garbage of [
        'hello',
        JSON.stringify({ text: 'hi' }),
        `${random.word(40)} ${random.word(40)}`,
      ])
        await mustThrow(piece, { method: OPEN, args: [key, garbage], what: describe(garbage) });
    },
  },
  {
    id: 'errors-tell-nothing',
    requires: 'The error of a refused text contains neither the text nor the key.',
    why: 'Errors end up in logs and in answers to the peer; a text whose tag is wrong must not leave at all.',
    about: OPEN,
    run: async ({ piece, random }) => {
      const [key, text] = [keyFrom(random), textFrom(random)];
      const bytes = bytesOf(await sealedAndOpened(piece, key, text));
      const flipped = withFlipped(bytes, bytes.length * 8 - 1);
      const short = bytes.subarray(0, -1);
      for (const changed of [flipped, short, bytes.subarray(0, 4)]) {
        const what = 'a sealed text that was changed';
        const thrown = await mustThrow(piece, { method: OPEN, args: [key, toBase64(changed)], what });
        mustNotTell(`${thrown.name} ${thrown.message} ${thrown.stack}`, { text, key });
      }
    },
  },
];

function keyFrom(random: Random): Uint8Array {
  return random.bytes(KEY_LENGTH);
}

/** Long enough not to occur by chance. */
function textFrom(random: Random): string {
  return `${random.word(9)} ${random.word(6)} ${random.between(100, 999)}`;
}

async function seal(piece: PieceObject, key: Uint8Array, text: string): Promise<string> {
  const sealed = await piece.call(SEAL, key, text);
  bytesOf(sealed);
  return sealed as string;
}

/** Sealed by the learner's code, which has shown that it can open it, so that a refusal means something. */
async function sealedAndOpened(piece: PieceObject, key: Uint8Array, text: string): Promise<string> {
  const sealed = await seal(piece, key, text);
  mustEqual(await piece.call(OPEN, key, sealed), text, `the text that ${OPEN} gives for what ${SEAL} made`);
  return sealed;
}

function bytesOf(sealed: unknown): Uint8Array {
  const bytes = typeof sealed === 'string' ? fromBase64(sealed) : undefined;
  if (!bytes)
    fail({
      what: `what ${SEAL} returns is not base64`,
      expected: 'base64, with its padding',
      got: describe(sealed),
    });
  const least = NONCE_LENGTH + TAG_LENGTH;
  must(bytes.length >= least, {
    what: 'the sealed text is too short',
    expected: `at least ${least} bytes: a nonce and a tag`,
    got: describe(bytes),
  });
  return bytes;
}

function openOurselves(key: Uint8Array, sealed: string, text: string): string | undefined {
  const bytes = bytesOf(sealed);
  const expected = NONCE_LENGTH + utf8(text).length + TAG_LENGTH;
  must(bytes.length === expected, {
    what: 'the sealed text does not have the length that its layout gives',
    expected: `${expected} bytes: 12 of nonce, ${counted(utf8(text).length, 'byte')} of ciphertext, 16 of tag`,
    got: describe(bytes),
  });
  try {
    return fromUtf8(gcm(key, bytes.subarray(0, NONCE_LENGTH)).decrypt(bytes.subarray(NONCE_LENGTH)));
  } catch {
    return fail({
      what: 'AES-256-GCM cannot open the sealed text: nonce, ciphertext and tag do not fit the key',
      expected: 'nonce (12 bytes), ciphertext, tag (16 bytes)',
      got: describe(bytes),
    });
  }
}

function sealOurselves(key: Uint8Array, nonce: Uint8Array, text: string): string {
  return toBase64(concat([nonce, gcm(key, nonce).encrypt(utf8(text))]));
}

function nameOf(index: number): string {
  return index < MESSAGES ? String(index + 1) : `${index - MESSAGES + 1} after a restart`;
}

function mustNotRepeat(nonces: readonly Uint8Array[]): void {
  const seen = new Map<string, number>();
  for (const [i, nonce] of nonces.entries()) {
    const hex = toHex(nonce);
    const before = seen.get(hex);
    must(before === undefined, {
      what: `message ${nameOf(i)} has the nonce of message ${nameOf(before ?? 0)}`,
      expected: 'a nonce that was never used under this key',
      got: inHex(nonce),
    });
    seen.set(hex, i);
  }
}

function withFlipped(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
  return changed;
}

function fieldOf(at: number, length: number): string {
  if (at < NONCE_LENGTH) return 'nonce';
  return at < length - TAG_LENGTH ? 'ciphertext' : 'tag';
}

function mustNotTell(said: string, { text, key }: { readonly text: string; readonly key: Uint8Array }): void {
  must(!said.includes(text.slice(0, 9)), { what: 'the error tells the text', got: describe(said) });
  const forms = [toHex(key), toBase64(key), key.join(), key.join(', ')];
  const what = 'the error tells the key';
  must(!forms.some((form) => said.toLowerCase().includes(form.toLowerCase())), { what, got: describe(said) });
}
