import type { Attack } from '../contract.ts';
import { ROOM_ATTACKS } from '#dissect/page-room-attack';
import { fromUtf8, utf8 } from '#protocol/bytes';
import { TEXT_AT, changedAt, placeInUnit, xor } from '../known.ts';
import { bothThere, goesOn, meddleOnce, mutter } from '../scene.ts';

const SAID = 'pay 10 to eve';

/** Bits of ASCII: of a 0 or a 1 it makes an 8 or a 9; it turns the other digits into their neighbours; it changes a letter’s case. */
export const BITS = { eights: 0x08, ones: 0x01, letterCase: 0x20 } as const;

/** The one bit that Mallory flips in these words: in their first digit, or else in their first letter. */
export function flipOf(words: string): { readonly change: Uint8Array; readonly wanted: string } {
  const at = Math.max(0, /\d/.test(words) ? words.search(/\d/) : words.search(/[a-z]/i));
  const char = words.charAt(at);
  const bit = /[01]/.test(char) ? BITS.eights : /\d/.test(char) ? BITS.ones : BITS.letterCase;
  const bytes = utf8(words);
  const change = new Uint8Array(bytes.length);
  change[utf8(words.slice(0, at)).length] = bit;
  return { change, wanted: fromUtf8(xor(bytes, change)) ?? '' };
}

export const flipText: Attack = {
  ...ROOM_ATTACKS['flip-text'],
  story:
    'Ana says “pay 10 to eve”. Mallory cannot read it, but she knows how messages begin. She flips one bit where she thinks the digit is.',
  words: { who: 'ana', most: 48, fit: /[\da-z]/i, need: 'a digit or a letter from A to Z' },
  async *run(world) {
    const { ana, ben } = await bothThere(world);
    const said = world.words(SAID);
    const { change, wanted } = flipOf(said);
    const place = placeInUnit(world.target, TEXT_AT);
    const met = meddleOnce(world, 'server', (bytes) => [changedAt(bytes, place, change)]);
    mutter(ana, said);
    const { bytes } = await met;
    yield { title: 'What ana sent', bytes };
    const sent = bytes.subarray(place, place + change.length);
    yield {
      title: `What goes on: one bit of byte ${place + change.findIndex((bit) => bit !== 0)} is another`,
      bytes: changedAt(bytes, place, change),
      // A record may end before the place where she takes the text to be.
      xor: [
        { label: 'Bytes where the text is, as ana sent them', bytes: sent },
        { label: 'What she changes', bytes: change.subarray(0, sent.length) },
        { label: 'What goes on in their place', bytes: xor(sent, change) },
      ],
    };
    const noticed = await goesOn(world, ana, ben);
    if (noticed) return noticed;
    return {
      kind: 'gained',
      what: 'what ben hears from ana',
      wanted,
      got: ben.heard[0]?.text ?? 'nothing',
    };
  },
};
