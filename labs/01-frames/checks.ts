/** What the decoder of lab 01 must do. */
import type { Check } from '#judge/check';
import { describe, fail, inHex, must, mustBeBytes } from '#judge/failure';
import { type PieceObject, PieceThrew, mustHaveMethods } from '#judge/piece';
import { encodeFrame } from '#protocol/frame';
import { concat, utf8 } from '#protocol/bytes';
import { counted } from '#protocol/shown';

/** The cap that the decoder is given, in bytes. */
const CAP = 4096;
const ABOUT = 'createFrameDecoder';

export const CHECKS: readonly Check[] = [
  {
    id: 'one-frame',
    requires: 'A frame that arrives whole gives its payload.',
    why: 'Everything that the chat says travels in frames; the payload is the message without its length.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const payload = random.bytes(random.between(5, 40));
      await mustDecode(await decoderOf({ piece }), [encodeFrame(payload)], [payload]);
    },
  },
  {
    id: 'split-reads',
    requires: 'A frame that arrives in pieces, cut anywhere, gives the same payload.',
    why: 'TCP is a stream: it may deliver one write as many reads, even one byte at a time.',
    about: ABOUT,
    look: { wire: 'plain' },
    run: async ({ piece, random }) => {
      const payload = random.bytes(random.between(3, 12));
      const frame = encodeFrame(payload);
      for (let cut = 1; cut < frame.length; cut++) {
        const pieces = [frame.subarray(0, cut), frame.subarray(cut)];
        await mustDecode(await decoderOf({ piece }), pieces, [payload]);
      }
      await mustDecode(
        await decoderOf({ piece }),
        [...frame].map((byte) => Uint8Array.of(byte)),
        [payload],
      );
    },
  },
  {
    id: 'glued-reads',
    requires: 'Several frames in one read give every payload, in order.',
    why: 'TCP may deliver many writes as one read; a decoder that takes one frame per read loses the others.',
    about: ABOUT,
    look: { wire: 'plain' },
    run: async ({ piece, random }) => {
      const payloads = Array.from({ length: 5 }, () => random.bytes(random.between(1, 30)));
      await mustDecode(await decoderOf({ piece }), [concat(payloads.map(encodeFrame))], payloads);
    },
  },
  {
    id: 'any-cut',
    requires: 'Two hundred frames, cut into random pieces, give every payload, in order.',
    why: 'A half-arrived frame behind a whole one is the case that decoders most often get wrong.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const payloads = Array.from({ length: 200 }, () => random.bytes(random.between(1, 300)));
      const pieces = random.pieces(concat(payloads.map(encodeFrame)), 700);
      await mustDecode(await decoderOf({ piece }), pieces, payloads);
    },
  },
  {
    id: 'big-endian',
    requires: 'The length is read as four bytes, the most significant first.',
    why: 'Both sides must agree on the order of the bytes: 00 00 01 00 is 256 here, and 65,536 read backwards.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const payload = random.bytes(random.between(256, 1000));
      await mustDecode(await decoderOf({ piece }), [encodeFrame(payload)], [payload]);
    },
  },
  {
    id: 'largest-frame',
    requires: 'A frame with exactly as many bytes as the cap allows is accepted.',
    why: 'A limit that is off by one refuses what the protocol promises to carry.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const payload = random.bytes(CAP);
      await mustDecode(await decoderOf({ piece }), [encodeFrame(payload)], [payload]);
    },
  },
  {
    id: 'length-capped',
    requires: 'A length above the cap is refused with an error as soon as the four bytes are there.',
    why: 'Four bytes can ask for 4 GiB: a server that waits for them, or allocates them, is down.',
    about: ABOUT,
    look: { wire: 'plain' },
    run: async ({ piece }) => {
      for (const length of [CAP + 1, 0x00010005, 0x01000000, 0x80000000, 0xffffffff]) {
        const header = lengthOf(length);
        await mustRefuse(
          await decoderOf({ piece }),
          [header],
          `a length of ${length} (${inHex(header)}), with a cap of ${CAP},`,
        );
      }
    },
  },
  {
    id: 'no-empty-frame',
    requires: 'A length of zero is refused with an error.',
    why: 'An empty frame carries no message; a peer that sends them makes the server work for nothing.',
    about: ABOUT,
    run: async ({ piece }) => {
      await mustRefuse(await decoderOf({ piece }), [lengthOf(0)], 'a length of 0');
    },
  },
  {
    id: 'frames-before-the-fault',
    requires: 'Frames that were whole before a bad length are still given; then the error comes, every time.',
    why: 'What arrived before the fault is good, and a stream whose boundaries are lost cannot be found again.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const payload = random.bytes(8);
      const decoder = await decoderOf({ piece });
      await decoder.call('push', concat([encodeFrame(payload), lengthOf(CAP + 1), utf8('xxxx')]));
      const { given, thrown } = await drained(decoder);
      mustBePayloads(given, [payload], 'one frame, then a length above the cap');
      must(
        thrown !== undefined,
        'next() must throw after the good frame: the length behind it is above the cap',
      );
      await mustThrow(decoder, 'next() was called again after it had thrown');
    },
  },
  {
    id: 'pieces-kept',
    requires: 'The decoder keeps what it was given, even when the caller uses that memory again.',
    why: 'A socket may reuse the memory of a read for the next one: bytes that are kept must be copied.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const payload = random.bytes(20);
      const frame = encodeFrame(payload);
      const decoder = await decoderOf({ piece });
      await decoder.callAndOverwrite('push', frame.subarray(0, 9));
      must(
        ((await decoder.call('next')) ?? undefined) === undefined,
        'next() must give undefined until the frame is whole',
      );
      await decoder.call('push', frame.subarray(9));
      mustBePayloads((await drained(decoder)).given, [payload], 'a frame in two pieces');
    },
  },
  {
    id: 'independent',
    requires: 'Two decoders do not share their bytes.',
    why: 'Every connection has a decoder of its own: one client must never see a byte of another.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const [a, b] = [random.bytes(10), random.bytes(10)];
      const [first, second] = [await decoderOf({ piece }), await decoderOf({ piece })];
      await first.call('push', encodeFrame(a).subarray(0, 7));
      await mustDecode(second, [encodeFrame(b)], [b]);
      await mustDecode(first, [encodeFrame(a).subarray(7)], [a]);
    },
  },
];

interface DecoderOf {
  readonly piece: PieceObject;
  /** Bytes. */
  readonly cap?: number;
}

async function decoderOf({ piece, cap = CAP }: DecoderOf): Promise<PieceObject> {
  const decoder = await piece.call('createFrameDecoder', cap);
  mustHaveMethods(decoder, ['push', 'next'], `createFrameDecoder(${cap})`);
  return decoder;
}

/** Everything that `next` gives until it gives nothing, and what it threw instead of going on. */
async function drained(decoder: PieceObject): Promise<{ given: unknown[]; thrown?: PieceThrew }> {
  try {
    return { given: await decoder.drain('next', 10_000) };
  } catch (error) {
    if (error instanceof PieceThrew) return { given: [...error.before], thrown: error };
    throw error;
  }
}

async function mustDecode(
  decoder: PieceObject,
  pieces: readonly Uint8Array[],
  payloads: readonly Uint8Array[],
): Promise<void> {
  const given: unknown[] = [];
  for (const piece of pieces) {
    await decoder.call('push', piece);
    given.push(...(await decoder.drain('next', payloads.length + 1)));
  }
  mustBePayloads(given, payloads, inputOf(pieces));
}

function mustBePayloads(given: readonly unknown[], payloads: readonly Uint8Array[], input: string): void {
  for (const [i, payload] of payloads.entries()) {
    if (i >= given.length) break;
    mustBeBytes(given[i], payload, { what: `payload ${i + 1}`, input });
  }
  must(given.length === payloads.length, {
    what: given.length < payloads.length ? 'payloads are missing' : 'next() gives more than was sent',
    expected: counted(payloads.length, 'payload'),
    got: given.length > payloads.length ? `also ${describe(given[payloads.length])}` : String(given.length),
    input,
  });
}

async function mustRefuse(decoder: PieceObject, pieces: readonly Uint8Array[], what: string): Promise<void> {
  for (const piece of pieces.slice(0, -1)) await decoder.call('push', piece);
  try {
    await decoder.call('push', pieces.at(-1));
  } catch (error) {
    if (error instanceof PieceThrew) return mustBeAnError(error, what);
    throw error;
  }
  await mustThrow(decoder, what);
}

async function mustThrow(decoder: PieceObject, what: string): Promise<void> {
  let value: unknown;
  try {
    value = await decoder.call('next');
  } catch (error) {
    if (error instanceof PieceThrew) return mustBeAnError(error, what);
    throw error;
  }
  fail({
    what: `${what} was not refused`,
    expected: 'next() throws an error',
    got: `next() gave ${describe(value)}`,
  });
}

/** A RangeError of `new Uint8Array(length)` is an accident, not a refusal. */
function mustBeAnError({ thrown }: PieceThrew, what: string): void {
  const accident = /Invalid typed array length|Array buffer allocation failed|out of range/i.test(
    thrown.message,
  );
  const fault = thrown.name === 'TypeError' || thrown.name === 'ReferenceError';
  if (!accident && !fault) return;
  fail({
    what: `${what} broke the decoder instead of being refused: ${thrown.name}: ${thrown.message}`,
    thrown,
  });
}

function lengthOf(length: number): Uint8Array {
  return Uint8Array.from([24, 16, 8, 0], (shift) => (length >>> shift) & 0xff);
}

function inputOf(pieces: readonly Uint8Array[]): string {
  const sizes = pieces.slice(0, 12).map(({ length }) => length);
  const rest = pieces.length > sizes.length ? ', …' : '';
  return `${counted(pieces.length, 'read')} of ${sizes.join(', ')}${rest} bytes`;
}
