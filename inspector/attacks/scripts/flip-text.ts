import type { Attack } from '../contract.ts';
import { utf8 } from '#protocol/bytes';
import { TEXT_AT, changedAt, placeInUnit, xor } from '../known.ts';
import { bothThere, goesOn, meddleOnce, mutter } from '../scene.ts';

const SAID = 'pay 10 to eve';
const WANTED = 'pay 90 to eve';
const CHANGE = xor(utf8(SAID), utf8(WANTED));

export const flipText: Attack = {
  id: 'flip-text',
  family: 'changing',
  name: 'Change a digit',
  story:
    'Ana says “pay 10 to eve”. Mallory cannot read it, but she knows how messages begin. She flips one bit where she thinks the digit is.',
  async *run(world) {
    const { ana, ben } = await bothThere(world);
    const place = placeInUnit(world.target, TEXT_AT);
    const met = meddleOnce(world, 'server', (bytes) => [changedAt(bytes, place, CHANGE)]);
    mutter(ana, SAID);
    const { bytes } = await met;
    yield { title: 'What ana sent', bytes };
    yield {
      title: `What goes on: one bit of byte ${place + SAID.indexOf('1')} is another`,
      bytes: changedAt(bytes, place, CHANGE),
    };
    const noticed = await goesOn(world, ana, ben);
    if (noticed) return noticed;
    return {
      kind: 'gained',
      what: 'what ben hears from ana',
      wanted: WANTED,
      got: ben.heard[0]?.text ?? 'nothing',
    };
  },
};
