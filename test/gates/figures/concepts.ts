/** The figures of the concept pages about encryption, from our tables, our ciphers and what crosses the wires of a page. */
import { nonceLength, tagLength } from '#channel/psk/bodies';
import { PSK_MIN_LENGTH } from '#channel/psk/keys';
import { NONCE_LENGTH, RECORD_HEADER_LENGTH } from '#channel/psk/records';
import { SUITES, type Suite } from '#channel/psk/suites';
import { nativeCiphers } from '#wires/ciphers-native';
import { toHex, utf8 } from '#protocol/bytes';
import { FRAME_LAYOUT, encodeFrame } from '#protocol/frame';
import { fixedSize } from '#protocol/layout';
import { LIMITS } from '#protocol/limits';
import { encodeMessage } from '#protocol/messages';
import { BCRYPT_COST } from '#accounts/passwords';
import { LOGIN_RATES } from '#accounts/login-throttle';
import type { Held } from './figures.ts';
import { equalStart, saidOver, sizeOf, suiteNamed } from './measured.ts';
import { Word, says, word } from './row.ts';

const GCM = suiteNamed('aes-256-gcm');
const CHACHA = suiteNamed('chacha20-poly1305');
const EAX = suiteNamed('aes-256-eax');
const CBC_HMAC = suiteNamed('aes-256-cbc-hmac-sha256');
const AEADS = [GCM, CHACHA, EAX];

const HEADER = RECORD_HEADER_LENGTH;
const BLOCK = 16;
const PER_KEY = Math.log2(LIMITS.recordsPerKey);
const LENGTH = fixedSize(FRAME_LAYOUT);
const MAC_KEY = CBC_HMAC.keyLength / 2;

/** The one value that these have; throws when they differ. */
function common<T>(values: readonly T[]): T {
  const [first] = values;
  if (first === undefined || values.some((value) => value !== first))
    throw new Error(`they differ: ${values.join(', ')}`);
  return first;
}

/** Bytes of the nonce that the cipher takes, sent or not. */
function nonceOf({ nonce, ivLength, body }: Suite): number {
  return nonce === 'counted' ? ivLength : nonceLength(body);
}

function sealed(suite: Suite, plain: number): { readonly ciphertext: number; readonly record: number } {
  const ciphertext = suite.padding === 0 ? plain : plain + suite.padding - (plain % suite.padding);
  return { ciphertext, record: HEADER + fixedSize(suite.body) + ciphertext };
}

function hmacSha256(key: string, text: string): Uint8Array {
  return nativeCiphers.hmac('sha256', utf8(key))(utf8(text));
}

const KEYS = common(AEADS.map(({ keyLength }) => keyLength));
const TAGS = common(AEADS.map(({ body }) => tagLength(body)));

/** A guess at a tag of so many bytes is right once in this many. */
const onceIn = (bytes: number): string => `2^${8 * bytes}`;

function aead(): Held {
  const [gcm, eax] = [GCM, EAX].map(({ name }) => saidOver(name, 'hi').raw.length) as [number, number];
  return {
    rows: [
      says`In the three AEADs below, as we use them, it has ${KEYS} bytes`,
      says`In the three AEADs below it has ${TAGS} bytes`,
      says`with a secret key | ${nonceOf(GCM)} bytes for us |`,
      says`with a key used once | ${nonceOf(CHACHA)} bytes |`,
      says`any, for us ${nonceOf(EAX)} |`,
      says`Inside it has two keys of ${MAC_KEY} bytes, and its tag has ${tagLength(CBC_HMAC.body)} bytes too`,
      says`the tag is the last ${sizeOf(saidOver(GCM.name, 'hi'), 'tag')} bytes`,
      says`By ${eax - gcm}, the nonce. Both have a header of ${HEADER} bytes, a ciphertext as long as the plaintext, and a tag of ${TAGS} bytes`,
      says`It insists on a tag of ${common([GCM, CHACHA].map(({ body }) => tagLength(body)))} bytes`,
      says`divided by ${onceIn(BLOCK)}.`,
      says`Our psk wire stops after ${`2^${PER_KEY}`} records`,
      says`Ours have at most ${LIMITS.recordPlaintext}.`,
      says`${Word(SUITES.filter(({ body }) => tagLength(body) === 0).length)} of them have an empty tag`,
    ],
    fixed: [
      { text: 'after about 2^24.5 records of full size', by: 'RFC 8446 §5.5' },
      { text: 'at most 2^36 − 32 bytes', by: 'NIST SP 800-38D §5.2.1.1, which has it in bits' },
    ],
  };
}

function keyExchange(): Held {
  const [p, g, a, b] = [29, 2, 5, 9];
  const power = (base: number, exponent: number): number =>
    Number(BigInt(base) ** BigInt(exponent) % BigInt(p));
  const [A, B] = [power(g, a), power(g, b)];
  const shared = common([power(B, a), power(A, b), power(g, a * b)]);
  return {
    rows: [
      says`agree in public on two numbers, ${p} and ${g}. They compute with remainders of a division by ${p}.`,
      says`choose a private number | ${a} | ${b} |`,
      says`send ${g} to that power | ${`${g}^${a}`} = ${g ** a}, remainder ${A} | ${`${g}^${b}`} = ${g ** b}, remainder ${B} | ${A} and ${B} |`,
      says`raise what came to one's own | ${`${B}^${a}`}, remainder ${shared} | ${`${A}^${b}`}, remainder ${shared} |`,
      says`Both get ${shared}. For both it is ${g} to the power ${a} × ${b},`,
      says`Eve has ${A} and ${B}.`,
      says`which power of ${g} gives ${A}. With ${p} she tries them all.`,
      says`Each has ${NONCE_LENGTH} fresh random bytes`,
      says`A random shared key of ${PSK_MIN_LENGTH} bytes`,
    ],
    fixed: [
      {
        text: 'A private value has 32 bytes, and so have the public value and the common secret.',
        by: 'RFC 7748 §5',
      },
      { text: 'return 32 zero bytes', by: 'RFC 7748 §6.1' },
      {
        text: 'takes more than 2^125 steps',
        by: 'the size of the group in RFC 7748 §4.1, and Pollard’s rho method',
      },
    ],
  };
}

function mac(): Held {
  const tag = tagLength(CBC_HMAC.body);
  const forty = sealed(CBC_HMAC, 40);
  return {
    rows: [
      says`With SHA-256, the tag has ${hmacSha256('', '').length} bytes`,
      says`Point at ${'`tag`'}: the last ${sizeOf(saidOver(CBC_HMAC.name, 'hi'), 'tag')} bytes`,
      says`a record of this suite carries ${40} plain bytes. How long is it, with its header?`,
      says`${forty.record} bytes: ${HEADER} of header, ${nonceLength(CBC_HMAC.body)} of IV, ${forty.ciphertext} of ciphertext, ${tag} of tag.`,
      says`CBC fills up to whole blocks of ${CBC_HMAC.padding}, and ${40} bytes need ${forty.ciphertext - 40} more.`,
      says`One guess at a tag of ${TAGS} bytes is right with a chance of ${`1 in ${onceIn(TAGS)}`}, and at one of ${tag} bytes, ${`1 in ${onceIn(tag)}`}.`,
      says`A tag that is cut to ${4} bytes is right once in ${onceIn(4)}.`,
      says`[the psk wire wants ${PSK_MIN_LENGTH} random bytes]`,
    ],
    fixed: [
      { text: 'up to a limit of about 2^128 messages', by: 'Bellare 2006: half the bits of SHA-256' },
      { text: '[Bellare 2006]', by: 'the year of the paper' },
    ],
  };
}

function nonces(): Held {
  /** The chance that 2^n random nonces of so many bytes repeat one, as the page writes it. */
  const birthday = (n: number, bytes: number): string =>
    `2^${2 * n} / 2^${8 * bytes + 1}, which is 1 in 2^${8 * bytes + 1 - 2 * n}`;
  const [twelve, sixteen] = [nonceOf(GCM), nonceOf(EAX)];
  const sequence = sizeOf(saidOver(GCM.name, 'yes'), 'sequence');
  const fromStatic = saidOver('aes-256-gcm-static', 'yes');
  const table = SUITES.map((suite) => {
    const source = `${suite.nonce}${suite.body.some(({ name }) => name === 'iv') ? ' (its IV)' : ''}`;
    const keys =
      suite.keys === 'static' && suite.nonce === 'random' ? ', under a key that never changes' : '';
    const sent = nonceLength(suite.body) > 0 ? 'yes' : 'no';
    return says`| ${`\`${suite.name}\``} | ${nonceOf(suite)} | ${source + keys} | ${sent} |`;
  });
  return {
    rows: [
      says`With a nonce of ${twelve} bytes, drawn at random, ${'2^32'} messages repeat one with a chance of about ${birthday(32, twelve)}.`,
      says`each side sends ${NONCE_LENGTH} fresh random bytes`,
      says`Point at their nonces of ${NONCE_LENGTH} bytes`,
      says`It draws ${sizeOf(fromStatic, 'nonce')} random bytes for each record`,
      says`it is always ${Number(BigInt(`0x${toHex(fromStatic.raw.subarray(4, 4 + sequence))}`))}.`,
      ...table,
      says`It takes the ${common([GCM, CHACHA].map(({ ivLength }) => ivLength))} secret bytes`,
      says`XORs the number of the record into the last ${word(sequence)}.`,
      says`It refuses to seal more than ${`2^${PER_KEY}`} records`,
      says`a connection seals at most ${`2^${PER_KEY}`} records per direction`,
      says`A repetition among ${`2^${PER_KEY}`} random nonces of ${sixteen} bytes has a chance of about ${birthday(PER_KEY, sixteen)}.`,
    ],
    fixed: [
      { text: 'The first message gets 0, the next 1.', by: 'counting' },
      { text: '`n² / 2^(b+1)`', by: 'the birthday bound' },
      { text: 'at most 2^32 messages under one key if nonces are random', by: 'NIST SP 800-38D §8.3' },
      { text: 'the counter of records may start at 0', by: 'counting' },
      { text: 'both directions count from 0', by: 'counting' },
      { text: 'in 2016 found 184 HTTPS servers', by: 'Böck and others 2016' },
      { text: '</summary> 0, the same as the first time', by: 'counting' },
    ],
  };
}

function passwords(): Held {
  const { strangers, knownDevices } = LOGIN_RATES;
  const most = [strangers, knownDevices].reduce((sum, { burst, perMinute }) => sum + burst + perMinute, 0);
  return {
    rows: [
      says`writes them into one text: ${`\`$2b$${BCRYPT_COST}$\``}, then`,
      says`The ${BCRYPT_COST} is the cost.`,
      says`hashes with cost ${BCRYPT_COST}.`,
      says`It asks for at least ${LIMITS.passwordLeast} characters and at most ${LIMITS.passwordBytes} bytes`,
      says`lets at most ${word(most)} attempts a minute through for one account`,
      says`Its checks know the traps: the ${LIMITS.passwordBytes} bytes`,
    ],
    fixed: [{ text: 'then 22 characters of salt and 31 of hash', by: 'the format of bcrypt, 2b' }],
  };
}

function streamAndFrame(): Held {
  const frame = encodeFrame(encodeMessage({ type: 'say', text: 'hi' }));
  const [naive, accented] = ['naive', 'naïve'].map((text) => saidOver('plain', text).raw.length) as [
    number,
    number,
  ];
  const most = 2 ** (8 * LENGTH) - 1;
  return {
    rows: [
      says`The length has ${word(LENGTH)} bytes, and the most significant`,
      says`This is a whole frame of ${frame.length} bytes, from`,
      says`If the buffer has fewer than ${word(LENGTH)} bytes, wait.`,
      says`point at its ${'`length`'}. ${Word(sizeOf(saidOver('plain', 'naïve'), 'length'))} bytes light up.`,
      says`By ${word(accented - naive)}. Both texts have ${word(common(['naive', 'naïve'].map(({ length }) => length)))} characters. In UTF-8, the ${'`ï`'} takes ${word(utf8('ï').length)} bytes and the ${'`i`'} takes ${word(utf8('i').length)}.`,
      says`**More than ${LIMITS.framePayload}.**`,
      says`as soon as the ${word(LENGTH)} bytes are there`,
      says`${Word(LENGTH)} bytes can announce ${most} bytes.`,
      says`someone sends ${toHex(Uint8Array.of(...Array<number>(LENGTH).fill(255))).replace(/(..)(?=.)/g, '$1 ')} to our server`,
    ],
    fixed: [{ text: 'a length of two bytes and a cap', by: 'RFC 8446 §5.1' }],
  };
}

function symmetricEncryption(): Held {
  const equal = equalStart('aes-256-ctr-fixed-nonce');
  const again = equal.findIndex((at, i) => at !== i);
  const [before, after] = [equal.slice(0, again), equal.slice(again)];
  const xor = '1'.charCodeAt(0) ^ '9'.charCodeAt(0);
  const hex = (byte: number): string => toHex(Uint8Array.of(byte));
  const [one, nine] = ['1', '9'].map((digit) => hex(digit.charCodeAt(0))) as [string, string];
  return {
    rows: [
      says`For us it is ${PSK_MIN_LENGTH} random bytes.`,
      says`The first block is combined with ${nonceLength(CBC_HMAC.body)} fresh random bytes`,
      says`Bytes ${before.join(' and ')}, and bytes ${`${String(after[0])} to ${String(after.at(-1))}`}. A data record begins with a frame: ${word(LENGTH)} bytes of length, and then`,
      says`The frames are shorter than ${LIMITS.framePayload} bytes, so the first ${word(before.length)} bytes of the length are zero.`,
      says`XOR one byte of the ciphertext with \`${hex(xor)}\`. The character \`${'1'}\` is \`${one}\` in hex and \`${'9'}\` is \`${nine}\`, and \`${one}\` XOR \`${nine}\` is \`${hex(xor)}\`.`,
      says`that a text under CTR is “pay ${10} euro”. What must she do to make it “pay ${90} euro”?`,
    ],
    fixed: [
      { text: 'works on 16 bytes', by: 'FIPS 197' },
      { text: 'It encrypts a counter: 1, 2, 3.', by: 'counting' },
      {
        text: 'takes a key of 32 bytes, a nonce of 12 bytes and a counter of 4 bytes, and gives 64 bytes',
        by: 'RFC 8439 §2.3',
      },
      { text: 'XOR compares two bits and gives 1 if they differ', by: 'what XOR is' },
      { text: 'There are 2^256 of them', by: 'FIPS 197: a key of AES-256 has 256 bits' },
    ],
  };
}

export const CONCEPTS: Readonly<Record<string, Held>> = {
  'docs/concepts/aead.md': aead(),
  'docs/concepts/key-exchange.md': keyExchange(),
  'docs/concepts/mac.md': mac(),
  'docs/concepts/nonces.md': nonces(),
  'docs/concepts/passwords.md': passwords(),
  'docs/concepts/stream-and-frame.md': streamAndFrame(),
  'docs/concepts/symmetric-encryption.md': symmetricEncryption(),
};
