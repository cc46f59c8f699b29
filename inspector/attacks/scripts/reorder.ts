import type { Attack } from '../contract.ts';
import { ROOM_ATTACKS } from '#dissect/page-room-attack';
import { LAST, bothThere, goesOn, mutter } from '../scene.ts';

const SAID = ['sell if it falls', 'no, do not sell'] as const;

export const reorder: Attack = {
  ...ROOM_ATTACKS.reorder,
  story:
    'Ana says something, and takes it back. Mallory holds the first message, and lets the second one go first.',
  async *run(world) {
    const { ana, ben } = await bothThere(world);
    const held: Uint8Array[] = [];
    world.mallory.rule = ({ towards, bytes }) => {
      if (towards === 'client' || held.length >= SAID.length) return [bytes];
      held.unshift(bytes);
      return held.length === SAID.length ? held : [];
    };
    for (const text of SAID) {
      const since = world.mallory.heard.length;
      mutter(ana, text);
      const { bytes } = await world.mallory.unit({ since, towards: 'server' });
      yield { title: text === SAID[0] ? 'She holds this' : 'This came second, and goes first', bytes };
    }
    const noticed = await goesOn(world, ana, ben);
    if (noticed) return noticed;
    const heard = ben.heard.map(({ text }) => text).filter((text) => text !== LAST);
    return {
      kind: 'gained',
      what: 'what ben hears, in this order',
      wanted: SAID.toReversed().join('; '),
      got: heard.join('; '),
    };
  },
};
