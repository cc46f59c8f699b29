import type { Attack, Row } from '../contract.ts';
import { EMPTY, concat, showUtf8, utf8, writeUint } from '#protocol/bytes';
import { printable } from '#protocol/shown';
import { FRAME_HEADER_LENGTH } from '#protocol/frame';
import { tagLength } from '#channel/psk/bodies';
import { RECORD_HEADER_LENGTH } from '#channel/psk/records';
import { SAY_PREFIX, nextHeader, sayFrame, xor } from '../known.ts';
import { ciphertextStart } from '../places.ts';
import { bothThere, forgedOrNot, meddleOnce } from '../scene.ts';
import type { World } from '../world.ts';
import type { Person } from '../person.ts';
import { needsSealed } from './unfit.ts';

/** Mallory knows it, because ben has read it aloud. */
export const KNOWN = 'a long message whose words everybody in the room knows, and so does Mallory';
const FORGED = 'I owe eve 1000';

export async function sealedSay(world: World, ana: Person, text: string): Promise<Uint8Array> {
  const met = meddleOnce(world, 'server', (bytes) => [bytes]);
  await Promise.all([ana.say(text), met]);
  return (await met).bytes;
}

/** The beginning of the plain bytes: all but the length, which the record gives away, up to the end of the text. */
export function knownPlain(sealedLength: number, text: string): Uint8Array {
  const length = new Uint8Array(FRAME_HEADER_LENGTH);
  writeUint(length, 0, FRAME_HEADER_LENGTH, sealedLength - FRAME_HEADER_LENGTH);
  return concat([length, utf8(SAY_PREFIX + text)]);
}

/** As far as the words go: the sealed bytes XOR what they say. */
function keyStream(sealed: Uint8Array, text: string): readonly Row[] {
  const plain = knownPlain(sealed.length, text);
  return [
    { label: 'The sealed bytes whose words she knows', bytes: sealed.subarray(0, plain.length) },
    { label: 'What they say', bytes: plain },
    { label: 'The key stream', bytes: xor(sealed, plain) },
  ];
}

/** As far as both go: some bytes XOR the key stream. */
function withStream(
  label: string,
  bytes: Uint8Array,
  stream: readonly Row[],
  result: string,
): readonly Row[] {
  const key = stream.at(-1)?.bytes ?? EMPTY;
  const length = Math.min(bytes.length, key.length);
  return [
    { label, bytes: bytes.subarray(0, length) },
    { label: 'The key stream', bytes: key.subarray(0, length) },
    { label: result, bytes: xor(bytes, key) },
  ];
}

export const readByKeyStream: Attack = {
  id: 'reuse-read',
  family: 'reading',
  name: 'Read with a key stream used twice',
  story:
    'Eve knows the words of one of ana’s messages. If a second one was sealed with the same key stream, the XOR of the two records and the known words is the second text.',
  words: { who: 'ana', most: KNOWN.length },
  unfit: needsSealed,
  async *run(world) {
    const { ana } = await bothThere(world);
    const secret = world.words(world.secret());
    const start = ciphertextStart(world.target);
    const [known, other] = [await sealedSay(world, ana, KNOWN), await sealedSay(world, ana, secret)];
    yield { title: 'The record whose words she knows', bytes: known };
    yield { title: 'The record that she wants to read', bytes: other };
    const stream = keyStream(known.subarray(start), KNOWN);
    yield {
      title: 'The first record XOR its words is the key stream',
      bytes: stream.at(-1)?.bytes ?? EMPTY,
      xor: stream,
    };
    const read = withStream(
      'The record that she wants to read',
      other.subarray(start),
      stream,
      'So its bytes are',
    );
    const plain = read.at(-1)?.bytes ?? EMPTY;
    const text = showUtf8(plain);
    yield { title: 'The second record XOR the same key stream', text: printable(text), xor: read };
    const said = showUtf8(plain.subarray(FRAME_HEADER_LENGTH + SAY_PREFIX.length));
    const got = said.split('"')[0] ?? '';
    if (!text.includes(SAY_PREFIX))
      return { kind: 'nothing', state: 'the XOR is noise: each record has a key stream of its own' };
    return { kind: 'gained', what: 'the second text', wanted: secret, got };
  },
};

export const forgeByKeyStream: Attack = {
  id: 'reuse-forge',
  family: 'impersonating',
  name: 'Forge with a known key stream',
  story:
    'Mallory knows the words of one of ana’s messages. The record XOR these words is the key stream. With it she seals a message of her own.',
  words: { who: 'Mallory', most: 60 },
  unfit: needsSealed,
  async *run(world) {
    const both = await bothThere(world);
    const forged = world.words(FORGED);
    const start = ciphertextStart(world.target);
    const known = await sealedSay(world, both.ana, KNOWN);
    const stream = keyStream(known.subarray(start), KNOWN);
    yield {
      title: 'The key stream, as she takes it to be',
      bytes: stream.at(-1)?.bytes ?? EMPTY,
      xor: stream,
    };
    const hers = withStream(
      'The message that she wants to send',
      sayFrame(forged),
      stream,
      'So she seals it like this',
    );
    const sealed = hers.at(-1)?.bytes ?? EMPTY;
    yield { title: 'Her own message XOR the key stream', xor: hers };
    const tag = known.subarray(known.length - tagLength(world.target.suite?.body ?? []));
    const body = concat([known.subarray(RECORD_HEADER_LENGTH, start), sealed, tag]);
    const record = concat([nextHeader(world.target, known, body.length), body]);
    yield { title: 'The record that she sends', bytes: record };
    world.mallory.send(world.mallory.newest, 'server', record);
    return forgedOrNot(world, both, forged, [KNOWN]);
  },
};
