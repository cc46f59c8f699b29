import { createDecipheriv, randomBytes } from 'node:crypto';
import type { Attack } from '../contract.ts';
import { deriveSessionKeys, extractSecret } from '#channel/psk/schedule';
import { type Suite, suiteByName } from '#channel/psk/suites';
import { EMPTY, concat, writeUint } from '#protocol/bytes';
import { nextHeader, sayFrame } from '../known.ts';
import { bothThere, forgedOrNot } from '../scene.ts';
import { type Target, outermost } from '../targets.ts';

const FORGED = 'I owe eve 1000';
const LEAST_BODY = 128;
const TLS_HEADER = { size: 5, lengthAt: 3 } as const;

const CBC = suiteByName('aes-256-cbc') as Suite;
const CBC_BLOCK = 16;

/**
 * A shared key with which the zeros at the end of her record are no padding. Without a MAC they are with one key in 256: then the
 * server takes the record for one of ana’s, and ends the connection because it makes no sense.
 */
function unluckyKey(): Uint8Array {
  for (;;) {
    const shared = randomBytes(32);
    const { key } = deriveSessionKeys(extractSecret(CBC, shared, EMPTY, EMPTY), EMPTY, CBC).c2s;
    const last = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false);
    const count = last.update(new Uint8Array(CBC_BLOCK)).at(-1) as number;
    if (count === 0 || count > CBC_BLOCK) return shared;
  }
}

export const forgeMessage: Attack = {
  id: 'forge-message',
  family: 'impersonating',
  name: 'Say something in her name',
  story:
    'Mallory writes a message as anyone can who has read the protocol, and puts it into ana’s connection.',
  words: { who: 'Mallory', most: 60 },
  world: { psk: unluckyKey },
  async *run(world) {
    const forged = world.words(FORGED);
    const both = await bothThere(world);
    const before = world.mallory.heard.findLast(({ towards }) => towards === 'server');
    const bytes = inItsPlace(world.target, sayFrame(forged), before?.bytes ?? EMPTY);
    yield { title: 'What Mallory sends', bytes };
    world.mallory.send(world.mallory.newest, 'server', bytes);
    return forgedOrNot(world, both, forged);
  },
};

/** What looks like the next unit of the wire; what is inside is not sealed, since Mallory has no key. */
function inItsPlace(target: Target, frame: Uint8Array, before: Uint8Array): Uint8Array {
  const layer = outermost(target);
  if (layer === undefined) return frame;
  // Filled up to what every suite takes for a record: whole blocks, with room for a nonce and a tag.
  const body = concat([frame, new Uint8Array(LEAST_BODY - frame.length)]);
  if (layer === 'psk') return concat([nextHeader(target, before, body.length), body]);
  const header = before.slice(0, TLS_HEADER.size);
  writeUint(header, TLS_HEADER.lengthAt, 2, body.length);
  return concat([header, body]);
}
