import type { Attack } from '../contract.ts';
import { concat, showUtf8, utf8, writeUint } from '#protocol/bytes';
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

export const readByKeyStream: Attack = {
  id: 'reuse-read',
  family: 'reading',
  name: 'Read with a key stream used twice',
  story:
    'Eve knows the words of one of ana’s messages. If a second one was sealed with the same key stream, the XOR of the two records and the known words is the second text.',
  unfit: needsSealed,
  async *run(world) {
    const { ana } = await bothThere(world);
    const secret = world.secret();
    const start = ciphertextStart(world.target);
    const [known, other] = [await sealedSay(world, ana, KNOWN), await sealedSay(world, ana, secret)];
    yield { title: 'The record whose words she knows', bytes: known };
    yield { title: 'The record that she wants to read', bytes: other };
    const stream = xor(known.subarray(start), knownPlain(known.length - start, KNOWN));
    yield { title: 'The first record XOR its words', bytes: stream };
    const text = showUtf8(xor(other.subarray(start), stream));
    const got = text.slice(FRAME_HEADER_LENGTH + SAY_PREFIX.length).split('"')[0] ?? '';
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
  unfit: needsSealed,
  async *run(world) {
    const both = await bothThere(world);
    const start = ciphertextStart(world.target);
    const known = await sealedSay(world, both.ana, KNOWN);
    const stream = xor(known.subarray(start), knownPlain(known.length - start, KNOWN));
    yield { title: 'The key stream, as she takes it to be', bytes: stream };
    const sealed = xor(stream, sayFrame(FORGED));
    const tag = known.subarray(known.length - tagLength(world.target.suite?.body ?? []));
    const body = concat([known.subarray(RECORD_HEADER_LENGTH, start), sealed, tag]);
    const record = concat([nextHeader(world.target, known, body.length), body]);
    yield { title: 'The record that she sends', bytes: record };
    world.mallory.send(world.mallory.newest, 'server', record);
    return forgedOrNot(world, both, FORGED, [KNOWN]);
  },
};
