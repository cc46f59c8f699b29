import type { Attack } from '../contract.ts';
import { ROOM_ATTACKS } from '#dissect/page-room-attack';
import { LAST, bothThere, goesOn, meddleOnce } from '../scene.ts';

const WARNING = 'do not go to the north gate';

export const drop: Attack = {
  ...ROOM_ATTACKS.drop,
  story: 'Ben warns ana. Mallory does not pass his message on to her; everything else she does.',
  async *run(world) {
    const { ana, ben } = await bothThere(world);
    const met = meddleOnce(world, 'client', () => []);
    await ben.say(WARNING);
    const { bytes } = await met;
    yield { title: 'Mallory keeps this', bytes };
    await ben.say('did you hear me?');
    const noticed = await goesOn(world, ben, ana, ana);
    if (noticed) return noticed;
    const heard = ana.heard.map(({ text }) => text).join('; ');
    return {
      kind: 'gained',
      what: 'all that ana hears, without noticing anything',
      wanted: `did you hear me?; ${LAST}`,
      got: heard,
    };
  },
};
