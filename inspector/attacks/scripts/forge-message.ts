import type { Attack } from '../contract.ts';
import { EMPTY, concat, writeUint } from '#protocol/bytes';
import { nextHeader, sayFrame } from '../known.ts';
import { bothThere, forgedOrNot } from '../scene.ts';
import { type Target, outermost } from '../targets.ts';

const FORGED = 'I owe eve 1000';
const LEAST_BODY = 128;
const TLS_HEADER = { size: 5, lengthAt: 3 } as const;

export const forgeMessage: Attack = {
  id: 'forge-message',
  family: 'impersonating',
  name: 'Say something in her name',
  story:
    'Mallory writes a message as anyone can who has read the protocol, and puts it into ana’s connection.',
  words: { who: 'Mallory', most: 60 },
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
