/** What the reading of lengths and times in lab 14 must give, and what the padding must hide. */
import type { Check } from '#judge/check';
import { describe, must, mustBeBytes, mustEqual } from '#judge/failure';
import type { PieceObject } from '#judge/piece';
import type { Random } from '#judge/random';
import { mustThrow } from '#judge/refusals';
import { AEAD_BODY, tagLength } from '#channel/psk/bodies';
import { RECORD_HEADER_LENGTH } from '#channel/psk/records';
import { concat, toHex, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { type ClientMessage, type WireName, encodeMessage } from '#protocol/messages';
import { counted } from '#protocol/shown';

/** Header, type of the content and tag: RFC 8446 §5.2, with any of its AES-GCM suites. */
const TLS = 5 + 1 + 16;
const PSK = RECORD_HEADER_LENGTH + tagLength(AEAD_BODY);
const ADDED: Readonly<Record<WireName, number>> = { plain: 0, psk: PSK, tls: TLS, 'tls+psk': TLS + PSK };
const WIRES = Object.keys(ADDED) as WireName[];

const BLOCKS = [16, 64, 100, 256];

export const CHECKS: readonly Check[] = [
  {
    id: 'record-length',
    requires: 'The length of a record on each wire follows from the payload of its frame.',
    why: 'A cipher adds the same number of bytes to every record. Anyone who knows it knows the length of the text.',
    about: 'recordLength',
    look: { wire: 'psk', filter: 'msg.type == "say"' },
    run: async ({ piece, random }) => {
      for (const wire of WIRES) {
        for (const payload of [1, random.between(2, 200), random.between(201, 15_999), 16_000]) {
          const given = await piece.call('recordLength', wire, payload);
          const expected = encodeFrame(new Uint8Array(payload)).length + ADDED[wire];
          mustEqual(given, expected, `the length on ${wire} of a frame with ${counted(payload, 'byte')}`);
        }
      }
    },
  },
  {
    id: 'guess-by-length',
    requires: 'The text that fits the length is found, on any wire.',
    why: 'If few answers are likely, their lengths often tell which it was: yes and no are never equally long.',
    about: 'guessText',
    look: { wire: 'tls', filter: 'layer == tls and dir == c2s' },
    run: async ({ piece, random }) => {
      for (const wire of WIRES) {
        const texts = ['yes', 'no', 'maybe later', 'see you at the north gate', `${random.word(30)}`];
        const said = random.pick(texts);
        await mustGuess(piece, random, { wire, said, texts, expected: [said] });
      }
    },
  },
  {
    id: 'guess-all-that-fit',
    requires: 'All texts of that length are given, in the order of the list; and none if none fits.',
    why: 'A guess is honest only with everything that it cannot tell apart.',
    about: 'guessText',
    run: async ({ piece, random }) => {
      const texts = Array.from({ length: 30 }, () => random.word(random.between(3, 9)));
      const said = random.pick(texts);
      const expected = texts.filter(({ length }) => length === said.length);
      await mustGuess(piece, random, { wire: 'psk', said, texts, expected });
      await mustGuess(piece, random, { wire: 'psk', said: random.word(12), texts, expected: [] });
    },
  },
  {
    id: 'guess-as-written',
    requires: 'Texts are measured as they are on the wire: JSON in UTF-8.',
    why: 'A quote takes two bytes, a line end two, é two, an emoji four: characters are the wrong measure.',
    about: 'guessText',
    run: async ({ piece, random }) => {
      const word = random.word(4);
      const texts = [
        `${word}.`,
        `${word}"`,
        `${word}é`,
        `${word}\n`,
        `${word}..`,
        `${word}🔑`,
        `${word}\u0007`,
        `${word}....`,
      ];
      for (const said of texts) {
        const expected = texts.filter((text) => JSON.stringify(text) && lengthOf(text) === lengthOf(said));
        await mustGuess(piece, random, { wire: 'tls', said, texts, expected, known: `"${random.word(3)}🔑` });
      }
    },
  },
  {
    id: 'padded-as-agreed',
    requires: 'A padded text is its UTF-8, the byte 80, and zeros.',
    why: 'The receiver must know where the text ends, also when the text itself ends in zeros.',
    about: 'pad',
    run: async ({ piece, random }) => {
      for (const block of BLOCKS) {
        for (const text of textsFrom(random)) {
          const expected = paddedOf(text, block);
          const what = `a text of ${counted(utf8(text).length, 'byte')}, padded to blocks of ${block}`;
          const fields = [
            { name: 'text', start: 0, end: utf8(text).length },
            { name: 'padding', start: utf8(text).length, end: expected.length },
          ];
          mustBeBytes(await piece.call('pad', text, block), expected, { what, fields });
        }
      }
    },
  },
  {
    id: 'lengths-equal',
    requires: 'All texts that fit one block have one length when they are padded.',
    why: 'What is equally long cannot be told apart by its length: that is all that padding does.',
    about: 'pad',
    run: async ({ piece, random }) => {
      for (const block of BLOCKS) {
        for (const length of [0, 1, block >> 1, block - 1]) {
          const given = await piece.call('pad', random.word(length), block);
          must(given instanceof Uint8Array && given.length === block, {
            what: `a text of ${counted(length, 'byte')} does not become one block`,
            expected: counted(block, 'byte'),
            got: describe(given),
          });
        }
        const given = await piece.call('pad', random.word(block), block);
        must(given instanceof Uint8Array && given.length === 2 * block, {
          what: `a text of exactly ${counted(block, 'byte')} does not become two blocks`,
          expected: `${2 * block} bytes, because the mark needs room, too`,
          got: describe(given),
        });
      }
    },
  },
  {
    id: 'unpadded',
    requires: 'Every text comes back as it was: empty, in any script, with zeros at its end.',
    why: 'A padding that takes away a part of some texts is worse than none.',
    about: 'unpad',
    run: async ({ piece, random }) => {
      for (const text of textsFrom(random)) {
        const block = random.pick(BLOCKS);
        mustEqual(await piece.call('unpad', paddedOf(text, block)), text, 'the text without its padding');
      }
    },
  },
  {
    id: 'bad-padding-refused',
    requires: 'Bytes without the mark, or with something behind it, are refused.',
    why: 'A receiver that takes anything for padding shows a part of a text as if it were all.',
    about: 'unpad',
    run: async ({ piece, random }) => {
      const text = random.word(5);
      mustEqual(await piece.call('unpad', paddedOf(text, 16)), text, 'the text without its padding');
      const faults: Record<string, Uint8Array> = {
        'no bytes at all': new Uint8Array(0),
        'nothing but zeros': new Uint8Array(32),
        'a text without a mark': concat([utf8(random.word(7)), new Uint8Array(9)]),
        'a text that fills its block, without a mark': utf8(random.word(16)),
        'a letter behind the mark': concat([utf8(text), Uint8Array.of(0x80, 0, 0x61), new Uint8Array(8)]),
        'text that is not UTF-8 before the mark': Uint8Array.of(0x61, 0xff, 0x80, 0),
      };
      for (const [what, bytes] of Object.entries(faults))
        await mustThrow(piece, { method: 'unpad', args: [bytes], what, input: toHex(bytes) });
    },
  },
  {
    id: 'price',
    requires: 'The price is computed: how many times as many bytes, and how many lengths are left.',
    why: 'Padding is never free; whether it is worth it can only be said with both numbers.',
    about: 'priceOfPadding',
    run: async ({ piece, random }) => {
      for (const block of BLOCKS) {
        const texts = Array.from(
          { length: 60 },
          () => `${random.word(random.between(1, 300))}${random.pick(['', 'é', '🔑'])}`,
        );
        const { factor, lengths } = ((await piece.call('priceOfPadding', texts, block)) ?? {}) as Record<
          string,
          unknown
        >;
        const padded = texts.map((text) => paddedOf(text, block).length);
        const expected = sum(padded) / sum(texts.map((text) => utf8(text).length));
        must(typeof factor === 'number' && Math.abs(factor - expected) < 1e-9, {
          what: `the factor for blocks of ${block} is not right`,
          expected: String(expected),
          got: describe(factor),
        });
        mustEqual(lengths, new Set(padded).size, `the number of lengths with blocks of ${block}`);
      }
    },
  },
  {
    id: 'partner-found',
    requires: 'The one who is sent something soon after this client speaks, again and again, is found.',
    why: 'The server passes a message on within milliseconds: times alone show who talks with whom.',
    about: 'partnerOf',
    look: { wire: 'tls+psk' },
    run: async ({ piece, random }) => {
      for (const partner of ['ben', 'cleo', 'dan']) {
        const traffic = [
          ...conversation(random, 'ana', partner),
          ...chatter(random, ['ben', 'cleo', 'dan', 'eli']),
        ];
        await mustName(piece, traffic, partner);
      }
    },
  },
  {
    id: 'answers-to-oneself',
    requires:
      'What the server sends back to the client itself does not count, nor what comes before or much later.',
    why: 'The server acknowledges every message: the first answer always goes to the one who spoke.',
    about: 'partnerOf',
    run: async ({ piece, random }) => {
      const others = ['ben', 'cleo'];
      const traffic = conversation(random, 'ana', 'dan').flatMap((record) => {
        if (record.client !== 'ana' || record.direction !== 'c2s') return [record];
        const { time } = record;
        return [
          ...others.map((client) => ({ time: time - 1, client, direction: 's2c' as const })),
          record,
          { time: time + 1, client: 'ana', direction: 's2c' as const },
          { time: time + 1, client: 'ben', direction: 'c2s' as const },
          ...others.map((client) => ({ time: time + WINDOW + 1, client, direction: 's2c' as const })),
        ];
      });
      // Two messages reach nobody: with them, each mistake makes somebody more frequent than the partner.
      const [first, last] = [12, 1e6];
      const alone: Seen[] = [
        ...others.map((client) => ({ time: first - 1, client, direction: 's2c' as const })),
        { time: first, client: 'ana', direction: 'c2s' },
        { time: last, client: 'ana', direction: 'c2s' },
        { time: last + 1, client: 'ben', direction: 'c2s' },
        { time: last + 2, client: 'ana', direction: 's2c' },
        ...others.map((client) => ({ time: last + WINDOW + 1, client, direction: 's2c' as const })),
      ];
      await mustName(piece, [...traffic, ...alone], 'dan');
      await mustName(piece, alone, undefined);
    },
  },
  {
    id: 'bursts-count-once',
    requires: 'Many records to one client after a single message count once.',
    why: 'Somebody who loads a long history is sent a lot, and talks with nobody.',
    about: 'partnerOf',
    run: async ({ piece, random }) => {
      const traffic = conversation(random, 'ana', 'ben');
      const start =
        traffic.find(({ client, direction }) => client === 'ana' && direction === 'c2s')?.time ?? 0;
      const burst = Array.from({ length: 200 }, (_, i) => ({
        time: start + 1 + i / 50,
        client: 'eli',
        direction: 's2c' as const,
      }));
      await mustName(piece, [...traffic, ...burst], 'ben');
    },
  },
];

interface Guess {
  readonly wire: WireName;
  readonly said: string;
  readonly texts: readonly string[];
  readonly expected: readonly string[];
  /** What was said in the sample. */
  readonly known?: string;
}

async function mustGuess(piece: PieceObject, random: Random, guess: Guess): Promise<void> {
  const { wire, said, texts, expected, known = random.word(random.between(1, 20)) } = guess;
  const room = random.word(random.between(3, 12));
  const lengthOnWire = (text: string): number => {
    const message: ClientMessage = { type: 'say', text, room, ref: random.word(18) };
    return encodeFrame(encodeMessage(message)).length + ADDED[wire];
  };
  const length = lengthOnWire(said);
  const sample = { text: known, length: lengthOnWire(known) };
  const given = await piece.call('guessText', length, sample, texts);
  must(
    Array.isArray(given) &&
      given.length === expected.length &&
      expected.every((text, i) => text === given[i]),
    {
      what: 'the texts that fit are not right',
      expected: JSON.stringify(expected),
      got: Array.isArray(given) ? JSON.stringify(given) : describe(given),
      input: `a record of ${counted(length, 'byte')} on ${wire}; one of ${counted(sample.length, 'byte')} said ${JSON.stringify(known)}`,
    },
  );
}

function lengthOf(text: string): number {
  return utf8(JSON.stringify(text)).length;
}

function textsFrom(random: Random): string[] {
  return [
    '',
    'a',
    random.word(15),
    random.word(16),
    random.word(100),
    'grüße 🔑',
    'end\0\0',
    'ends with \u0080',
    '\0',
  ];
}

function paddedOf(text: string, block: number): Uint8Array {
  const marked = concat([utf8(text), Uint8Array.of(0x80)]);
  return concat([marked, new Uint8Array((block - (marked.length % block)) % block)]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

interface Seen {
  readonly time: number;
  readonly client: string;
  readonly direction: 'c2s' | 's2c';
}

/** Milliseconds. */
const WINDOW = 50;

/** Two who talk: 30 messages of the one, each acknowledged, and passed on to the other soon. */
function conversation(random: Random, from: string, to: string): Seen[] {
  return Array.from({ length: 30 }, (_, i) => {
    const time = 1_000 * (i + 1) + random.between(0, 400);
    return [
      { time, client: from, direction: 'c2s' as const },
      { time: time + 2, client: from, direction: 's2c' as const },
      { time: time + random.between(3, 20), client: to, direction: 's2c' as const },
      { time: time + random.between(200, 400), client: to, direction: 'c2s' as const },
    ];
  }).flat();
}

/** Records of all others at any time: each is rarely within the window, so none of them comes near 30. */
function chatter(random: Random, clients: readonly string[]): Seen[] {
  return Array.from({ length: 200 }, () => ({
    time: random.between(0, 32_000),
    client: random.pick(clients),
    direction: random.pick(['c2s', 's2c'] as const),
  }));
}

async function mustName(
  piece: PieceObject,
  traffic: readonly Seen[],
  expected: string | undefined,
): Promise<void> {
  const seen = [...traffic].sort((a, b) => a.time - b.time);
  const given = (await piece.call('partnerOf', seen, 'ana', WINDOW)) ?? undefined;
  mustEqual(given, expected, `the partner of ana in ${counted(seen.length, 'record')}`);
}
