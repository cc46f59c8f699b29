import { createDecipheriv, randomBytes } from 'node:crypto';
import type { Attack } from '../contract.ts';
import { deriveSessionKeys, extractSecret } from '#channel/psk/schedule';
import { type Suite, suiteByName } from '#channel/psk/suites';
import { FORGED, ROOM_ATTACKS } from '#dissect/page-room-attack';
import { EMPTY } from '#protocol/bytes';
import { inItsPlace, sayFrame } from '../known.ts';
import { bothThere, forgedOrNot } from '../scene.ts';

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
  ...ROOM_ATTACKS['forge-message'],
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
